//! What is sent comes back in no error, of whatever dialect, in no header and no body.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request};

use crate::{ALICE, PASSWORD, Stage, World, form, get, query};

/// What every place of a request holds that can hold it.
const MARK: &str = "m4rked";

/// Requests that are refused, each for another reason.
fn requests(s: &Stage) -> Vec<(u16, Request<Bytes>)> {
    let at = |tenant: &str, rest: &str| format!("/oauth/{tenant}/{rest}");
    let (token, direct) = (at("acme", "token"), at("acme", "token/direct"));
    let noise = format!("{MARK}=1&{MARK}=2&%3C{MARK}%3E=%1B%5B31m");
    let mut all = Vec::new();
    // The direct API, by GET and by the form.
    for (status, text) in [
        (400, format!("grant_type={MARK}")),
        (400, format!("grant_type=password&username={MARK}%00&{noise}")),
        (400, format!("grant_type=password&username={MARK}&password={MARK}&password={MARK}")),
        (401, format!("grant_type=password&username={MARK}&password={MARK}")),
        (400, format!("grant_type=refresh_token&refresh_token={MARK}")),
        (400, format!("grant_type=authorize_code&code={MARK}&redirect_uri=https://{MARK}.example")),
        (400, format!("grant_type=authorize_code&code={MARK}&redirect_uri={MARK}:")),
    ] {
        all.push((status, get(&format!("{token}?{text}"))));
        let mut posted = form(&direct, &[]);
        *posted.body_mut() = Bytes::from(text);
        all.push((status, posted));
    }
    let own = query(&[ALICE, PASSWORD]);
    let authorize = |text: String| get(&format!("{}?{text}", at("acme", "authorize")));
    all.push((
        400,
        authorize(format!("{own}&response_type={MARK}&redirect_uri=https://x.example")),
    ));
    all.push((400, authorize(format!("{own}&response_type=code&redirect_uri={MARK}"))));
    let listed = format!("{own}&response_type=code&redirect_uri=https://{MARK}.example");
    all.push((400, get(&format!("{}?{listed}", at("listed", "authorize")))));
    // Clients.
    let secret = s.world.secret("acme", "backend");
    let backend = [("client_id", "backend"), ("client_secret", secret)];
    for (status, pairs) in [
        (400, vec![("grant_type", MARK), ("client_id", "app")]),
        (400, vec![("grant_type", "password"), ALICE, ("password", MARK), ("client_id", "app")]),
        (401, vec![("grant_type", "client_credentials"), ("client_id", MARK)]),
        (401, vec![("grant_type", "client_credentials"), backend[0], ("client_secret", MARK)]),
        (400, vec![("grant_type", "client_credentials"), backend[0], backend[1], ("scope", MARK)]),
        (400, vec![(MARK, "1"), (MARK, "2"), ("grant_type", "password")]),
    ] {
        all.push((status, form(&token, &pairs)));
    }
    // Pages, documents, names of tenants and methods.
    all.push((400, authorize(format!("client_id={MARK}&state={MARK}&{noise}"))));
    all.push((404, get(&at(MARK, "token"))));
    all.push((404, form(&at(MARK, "token"), &[])));
    all.push((404, get(&at(MARK, "jwks.json"))));
    all.push((404, get(&at(MARK, &format!("authorize?client_id={MARK}")))));
    all.push((414, get(&format!("{token}?{}", MARK.repeat(2000)))));
    all.push((413, form(&direct, &[(MARK, &MARK.repeat(4000))])));
    for path in ["token", "authorize", "jwks.json"] {
        let method = Method::from_bytes(MARK.as_bytes()).expect("a method");
        let request = Request::builder().method(method).uri(at("acme", path));
        all.push((405, request.body(Bytes::new()).expect("a request")));
    }
    // Headers.
    for (status, name, value) in [
        (415, "content-type", MARK.to_owned()),
        (415, "content-encoding", MARK.to_owned()),
        (403, "sec-fetch-dest", MARK.to_owned()),
        (401, "authorization", format!("{MARK} {MARK}")),
        (401, "authorization", "Basic bTRya2VkOm00cmtlZA==".to_owned()),
    ] {
        let path = if name == "authorization" { &token } else { &direct };
        let mut request = form(path, &[("grant_type", "client_credentials")]);
        let value = HeaderValue::try_from(value).expect("a header");
        request.headers_mut().insert(HeaderName::from_static(name), value);
        all.push((status, request));
    }
    all
}

/// LE-19, AZ-29: the words of an error are ours, wherever it was that something was wrong.
pub async fn no_error_repeats_what_was_sent(s: &Stage) {
    for (status, mut request) in requests(s) {
        let what = format!("{} {}", request.method(), request.uri());
        let what = what.chars().take(120).collect::<String>();
        for name in ["origin", "referer", "user-agent", "cookie", "x-request-id", "x-m4rked"] {
            let value = HeaderValue::try_from(format!("https://{MARK}.example")).expect("a header");
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        let answer = s.send(request).await;
        assert_eq!(answer.status, status, "{what}: {answer:?}");
        let said = format!("{:?} {}", answer.headers, String::from_utf8_lossy(&answer.body));
        assert!(!said.to_lowercase().contains(MARK), "{what}: {said}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    }
    // The server works: with words that are right, the same places are answered.
    let user = [("grant_type", "password"), ALICE, ("password", World::PASSWORD)];
    s.get("/oauth/acme/token", &user).await.tokens();
}
