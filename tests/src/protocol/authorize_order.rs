//! In which order a request for authorization is checked: whose it is and where its answer goes comes
//! first, and as long as that is not known nobody is sent anywhere.

use bytes::Bytes;
use grantry::ports::EventKind;
use http::{HeaderValue, Request};

use super::grant::whole;
use super::walk::{
    AUTHORIZE, Asked, assert_page, assert_refusal, assert_told, but, plain, spa, walk, without,
};
use crate::{Answer, Browser, PKCE, Stage, World, form, get, parameters, query};

const EVIL: &str = "https://evil.example/cb";

/// What is wrong with a request beside its redirect URI, and what the client would be told of it.
fn faults() -> [(&'static str, Asked<'static>); 9] {
    [
        ("unsupported_response_type", but(spa(), &[("response_type", "token")])),
        ("invalid_request", without(spa(), "response_type")),
        ("invalid_request", without(spa(), "code_challenge")),
        ("invalid_scope", but(spa(), &[("scope", "openid admin")])),
        ("login_required", but(spa(), &[("prompt", "none")])),
        ("invalid_request", but(spa(), &[("prompt", "none login")])),
        ("request_not_supported", but(spa(), &[("request", "x.y.z")])),
        ("invalid_request", but(spa(), &[("max_age", "-1")])),
        ("invalid_request", [spa(), vec![("state", "again")]].concat()),
    ]
}

/// oidcc-ensure-registered-redirect-uri; AZ-01, RFC 9700 §4.1: a redirect URI that is not the client's
/// own gets a page, in either response mode.
pub async fn a_redirect_uri_of_nobody_gets_a_page(s: &Stage) {
    for mode in ["query", "form_post", "fragment"] {
        let asked = but(spa(), &[("redirect_uri", EVIL), ("response_mode", mode)]);
        assert_page(&s.get(AUTHORIZE, &asked).await, 400);
        let asked = but(plain("openid"), &[("redirect_uri", EVIL), ("response_mode", mode)]);
        assert_page(&s.get(AUTHORIZE, &asked).await, 400);
    }
}

/// AZ-02, AZ-03: whatever else is wrong, it is told to nobody whose address is not known to be the
/// client's; the same fault of an honest request is told to the client.
pub async fn no_fault_sends_anybody_to_a_stranger(s: &Stage) {
    for (error, asked) in faults() {
        assert_told(&s.get(AUTHORIZE, &asked).await, error);
        for uri in [EVIL, "", "https://app.example.com/cb/../evil", "javascript:alert(1)"] {
            let asked = but(asked.clone(), &[("redirect_uri", uri)]);
            assert_page(&s.get(AUTHORIZE, &asked).await, 400);
        }
    }
}

/// AZ-13, RFC 6749 §3.1: no parameter stands twice, in one place or in two; whose it is or where the
/// answer goes cannot be told by whichever comes first.
pub async fn no_parameter_stands_twice(s: &Stage) {
    for (name, value) in but(spa(), &[("prompt", "login"), ("x", "y")]) {
        for second in [value, "other"] {
            let asked = [&spa()[..], &[(name, value), (name, second)]].concat();
            let twice = s.get(AUTHORIZE, &asked).await;
            if matches!(name, "client_id" | "redirect_uri") {
                assert_page(&twice, 400);
                continue;
            }
            let told = assert_told(&twice, "invalid_request");
            // RFC 6749 §4.1.2.1: of two states neither is known to be the client's.
            let state = told.get("state").map(String::as_str);
            assert_eq!(state, (name != "state").then_some("st"), "{name}");
        }
        // Half in the query, half in the form.
        let path = format!("{AUTHORIZE}?{}", query(&[(name, value)]));
        let to_get = s.post(&path, &but(spa(), &[(name, value)])).await;
        let place = to_get.header("location").replace("https://id.example.com", "");
        let twice = s.send(get(&place)).await;
        match name {
            "client_id" | "redirect_uri" => assert_page(&twice, 400),
            // What is not known is left out.
            "x" => assert!(twice.header("location").contains("/interaction?"), "{twice:?}"),
            _ => drop(assert_told(&twice, "invalid_request")),
        }
    }
}

/// AZ-30: nobody learns which clients there are, nor which addresses are theirs.
pub async fn whichever_client_it_is_the_page_is_the_same(s: &Stage) {
    let known = s.get(AUTHORIZE, &but(spa(), &[("redirect_uri", EVIL)])).await;
    assert_page(&known, 400);
    for client in ["nobody", "retired", "direct", "idle", "backend", "own", "\0", "s p a", ""] {
        for uri in [EVIL, "https://evil.example/%zz", "x"] {
            let asked = but(spa(), &[("client_id", client), ("redirect_uri", uri)]);
            let answer = s.get(AUTHORIZE, &asked).await;
            assert_eq!(whole(&answer), whole(&known), "{client:?} {uri}");
        }
    }
    let nobody = but(spa(), &[("client_id", "nobody")]);
    assert_eq!(whole(&s.get(AUTHORIZE, &nobody).await), whole(&known), "a good address helps not");
}

/// AZ-27, RFC 9700 §2.6: no page of another origin may ask, or read what was answered.
pub async fn no_page_of_another_origin_may_ask(s: &Stage) {
    let with = |method: &str, asked: &[(&str, &str)]| {
        Request::builder()
            .method(method)
            .uri(format!("{AUTHORIZE}?{}", query(asked)))
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "GET")
            .body(Bytes::new())
            .expect("a request")
    };
    for asked in [spa(), but(spa(), &[("prompt", "none")]), vec![("client_id", "nobody")]] {
        for method in ["GET", "OPTIONS"] {
            let answer = s.send(with(method, &asked)).await;
            let shared = answer.headers.keys().any(|name| name.as_str().contains("allow-origin"));
            assert!(!shared, "{answer:?}");
            assert_eq!(answer.status == 405, method == "OPTIONS", "{answer:?}");
        }
    }
}

/// AZ-35: whatever is fetched before anybody clicked changes nothing, though the user is signed in and
/// allowed the client; the click itself is answered.
pub async fn what_is_fetched_before_the_click_changes_nothing(s: &Stage) {
    let browser = Browser::new(s);
    walk(&browser, "acme", &spa()).await.code();
    s.world.events.take();
    let path = format!("{AUTHORIZE}?{}", query(&spa()));
    for purpose in ["prefetch", "prefetch;prerender", "prefetch;anonymous-client-ip", ""] {
        let mut request = get(&path);
        let value = HeaderValue::from_static(purpose);
        request.headers_mut().insert("sec-purpose", value);
        assert_page(&browser.send(request).await, 400);
    }
    let told = s.world.events.take();
    let refused = |kind: &EventKind| matches!(kind, EventKind::Refused("fenced"));
    assert!(told.len() == 4 && told.iter().all(|event| refused(&event.kind)), "{told:?}");
    browser.authorize("acme", &spa()).await.code();
}

/// RFC 6749 §4.1.2.1: of several faults the first by this order is the answer: parameters, what is not
/// supported, response type, grant, challenge, scope.
pub async fn the_first_fault_is_the_answer(s: &Stage) {
    s.world
        .server
        .admin()
        .change_client(&"acme".parse().expect("an id"), &"web".parse().expect("an id"), |client| {
            client.grants = grantry::types::Set::new();
        })
        .await
        .expect("a client");
    let web = [("client_id", "web"), ("redirect_uri", "https://web.example.com/cb")];
    let mut asked =
        [&but(spa(), &web)[..], &[("request_uri", "https://evil.example"), ("prompt", "none")]]
            .concat();
    asked = but(asked, &[("scope", "admin"), ("response_type", "token")]);
    asked = without(asked, "code_challenge");
    asked.push(("scope", "admin"));
    for (error, mended) in [
        ("invalid_request", ("scope", "admin")),
        ("request_uri_not_supported", ("request_uri", "")),
        ("unsupported_response_type", ("response_type", "code")),
        ("unauthorized_client", ("client_id", "spa")),
        ("invalid_request", ("code_challenge", PKCE.1)),
        ("invalid_scope", ("scope", "openid")),
        ("login_required", ("prompt", "")),
    ] {
        assert_told(&s.get(AUTHORIZE, &asked).await, error);
        asked = but(asked, &[mended]);
        if mended.0 == "client_id" {
            asked = but(asked, &[("redirect_uri", World::REDIRECT)]);
        }
    }
    assert!(s.get(AUTHORIZE, &asked).await.header("location").contains("/interaction?"));
}

/// AZ-20, RFC 9207 §2: the issuer is in every answer, in both response modes, byte for byte the one of
/// the metadata; with the state, which is there exactly if it was sent.
pub async fn every_answer_names_the_issuer(s: &Stage) {
    let metadata = s.get("/oauth/acme/.well-known/openid-configuration", &[]).await.json();
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    let browser = Browser::new(s);
    let refused = but(spa(), &[("prompt", "none")]);
    assert_refusal(&browser.authorize("acme", &refused).await.parameters(), "login_required");
    let told = walk(&browser, "acme", &spa()).await.parameters();
    assert_eq!(metadata["issuer"], told["iss"]);
    assert_eq!(told.keys().collect::<Vec<_>>(), ["code", "iss", "state"]);
    let told = parameters(&browser.authorize("acme", &without(spa(), "state")).await.away());
    assert_eq!(told.keys().collect::<Vec<_>>(), ["code", "iss"]);
    // Another tenant's is its own.
    let told = walk(&Browser::new(s), "globex", &spa()).await.parameters();
    assert_eq!(told["iss"], "https://id.example.com/oauth/globex");
    let posted = but(spa(), &[("prompt", "none"), ("response_mode", "form_post")]);
    let page = Browser::new(s).authorize("acme", &posted).await.page();
    assert_eq!(page.hidden("iss"), told["iss"].replace("globex", "acme"));
    assert_eq!(page.hidden("error"), "login_required");
}

/// RFC 6749 §3.1: parameters may come as a form; what comes with it is a page or a request by GET.
pub async fn what_is_posted_is_asked_once_more_by_get(s: &Stage) {
    let answer = s.send(form(AUTHORIZE, &spa())).await;
    assert_eq!(answer.status, 303, "AZ-28: {answer:?}");
    let place = answer.header("location").to_owned();
    assert_eq!(parameters(&place), parameters(&format!("?{}", query(&spa()))));
    // Nobody knows what else is secret.
    let more = but(spa(), &[("password", "wonderland"), ("username", "alice")]);
    assert_eq!(s.post(AUTHORIZE, &more).await.header("location"), place);
    assert_page(&s.post(AUTHORIZE, &without(spa(), "client_id")).await, 400);
    let mut json = form(AUTHORIZE, &spa());
    json.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    assert_page(&s.send(json).await, 415);
}

/// What the application's developer reads: the fault, and not another one.
#[track_caller]
fn assert_says(answer: &Answer, fault: &str) {
    let text = String::from_utf8_lossy(&answer.body);
    assert!(text.contains(fault) && !text.contains("the client is not known"), "{text}");
}

/// AZ-24: bytes that no URL holds are refused, and make no header or fragment of their own.
pub async fn what_is_posted_is_a_query_or_nothing(s: &Stage) {
    let good = query(&spa());
    for bad in [
        "x=\r\nSet-Cookie: a=b",
        "state=\r\n",
        "state=a#b",
        "state=\0",
        "state=\x1b[1m",
        "state=ä",
        "state=a b",
    ] {
        let mut request = form(AUTHORIZE, &[]);
        *request.body_mut() = Bytes::from(format!("{good}&{bad}").replace("state=st&", ""));
        let refused = s.send(request).await;
        assert_page(&refused, 400);
        assert_says(&refused, "body is not form-urlencoded");
    }
    let mut request = form(AUTHORIZE, &spa());
    *request.uri_mut() = format!("{AUTHORIZE}?x=a%20'b'|c").parse().expect("a URI");
    assert_eq!(s.send(request).await.status, 303, "no fault of what a URL may hold");
}
