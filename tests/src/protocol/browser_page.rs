//! `…/authorize` where nobody can be sent back: one page, whatever is wrong with client or redirect URI.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::Request;

use super::codes::asks;
use super::grant::whole;
use crate::{Answer, PKCE, Stage, World, alice_asks_for_a_code, parameters, query};

const PATH: &str = "/oauth/acme/authorize";

/// Demands the page: nothing is redirected, kept, framed, loaded or repeated.
#[track_caller]
pub(super) fn assert_page(answer: &Answer) {
    assert_eq!(answer.status, 400, "{answer:?}");
    let page = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
    let style = page.split_once("<style>").and_then(|(_, rest)| rest.split_once("</style>"));
    let hash = STANDARD.encode(digest(&SHA256, style.expect("a style").0.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'self' 'sha256-{hash}'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("content-security-policy", &policy),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ("cache-control", "no-store"),
        ("pragma", "no-cache"),
        ("location", ""),
        ("set-cookie", ""),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {answer:?}");
    }
    assert!(page.starts_with("<!doctype html>") && page.contains("<html lang=\"en\">"), "{page}");
    for bad in ["<script", "<form", "href", "src=", "evil", "alice", "wonderland", "app.example"] {
        assert!(!page.contains(bad), "{bad} in {page}");
    }
}

/// AZ-01, AZ-26, AZ-29: by GET, whatever else is asked: a key that occurs counts, even empty.
pub async fn a_browser_reads_a_page_and_is_sent_nowhere(s: &Stage) {
    for standard in [
        "client_id=app",
        "client_id=",
        "client_id",
        "request=x",
        "request_uri=https://evil.example",
        "client_id=<script>evil</script>&redirect_uri=https://evil.example&response_type=code",
        "client_id=nobody&response_type=token&state=evil&prompt=none",
    ] {
        let more = query(&alice_asks_for_a_code()[1..3]);
        for text in [standard.to_owned(), format!("{more}&{standard}")] {
            let text = text.replace('<', "%3C").replace('>', "%3E");
            let request = Request::get(format!("{PATH}?{text}")).body(Bytes::new());
            assert_page(&s.send(request.expect("a request")).await);
        }
    }
}

/// AZ-28, LE-02, OpenID Connect Core §3.1.2.1: a posted request is asked once more by GET, so that the
/// browser brings its cookies along, with the parameters of such a request and no others: nobody knows
/// what else is a password.
pub async fn a_posted_request_is_sent_on_without_what_does_not_belong_to_it(s: &Stage) {
    let asked = asks("spa", World::REDIRECT);
    let stray = [
        ("password", World::PASSWORD),
        ("username", "alice"),
        ("client_secret", "the-secret-of-nobody"),
        ("code", "a-code"),
        ("code_verifier", PKCE.0),
        ("refresh_token", "a-token"),
        ("interaction", "a-handle"),
        ("PASSWORD", World::PASSWORD),
        ("pass%77ord", World::PASSWORD),
    ];
    let all = [&stray[..], &asked, &stray[..1]].concat();
    let answer = s.post(PATH, &all).await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (303, &b""[..]), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let place = answer.header("location");
    let (path, _) = place.split_once('?').expect("a query");
    assert_eq!(path, "https://id.example.com/oauth/acme/authorize");
    let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    assert_eq!(parameters(place), asked.iter().map(own).collect());
    // Nor from the query of what was posted.
    let request = crate::form(&format!("{PATH}?{}", query(&stray)), &asked);
    assert_eq!(s.send(request).await.header("location"), place);
}

/// AZ-01: a posted form in which nobody asks is the page; it is no other surface here, whatever it holds.
pub async fn a_posted_form_in_which_no_client_asks_is_a_page(s: &Stage) {
    let by_get = s.get(PATH, &[("client_id", "nobody")]).await;
    for form in [&[][..], &[("response_type", "code")], &alice_asks_for_a_code()] {
        let answer = s.post(PATH, form).await;
        assert_page(&answer);
        assert_eq!(whole(&answer), whole(&by_get));
    }
}

/// AZ-30: clients that there are not, that are disabled, that no user comes from, and those whose redirect
/// URI is another are not told apart.
pub async fn no_client_is_told_apart_from_another(s: &Stage) {
    let known = s.get(PATH, &[("client_id", "app")]).await;
    assert_page(&known);
    let far = "https://evil.example/cb";
    for client in ["nobody", "retired", "direct", "\0", "spa", "web", "own", "native", "app"] {
        for uri in [far, "", "/cb", "https://app.example.com/cb/", "https://app.example.com/CB"] {
            let answer = s.get(PATH, &asks(client, uri)).await;
            assert_eq!(whole(&answer), whole(&known), "{client} {uri}");
        }
    }
    // AZ-12: one that has two says which.
    let unnamed: Vec<_> = asks("web", "").into_iter().filter(|(_, uri)| !uri.is_empty()).collect();
    assert_eq!(whole(&s.get(PATH, &unnamed).await), whole(&known));
}

/// JW-14: a tenant whose policy has no codes says so to everybody, whichever client asks.
pub async fn without_sign_in_in_the_browser_there_is_a_page(s: &Stage) {
    let path = "/oauth/narrow/authorize";
    let known = s.get(path, &asks("spa", World::REDIRECT)).await;
    assert_page(&known);
    for client in ["nobody", "app", "web"] {
        assert_eq!(whole(&s.get(path, &asks(client, World::REDIRECT)).await), whole(&known));
    }
}
