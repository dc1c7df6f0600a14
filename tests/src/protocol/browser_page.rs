//! `…/authorize` with a `client_id`: the page that browsers get as long as there is no sign-in.

use bytes::Bytes;
use http::Request;

use super::grant::whole;
use crate::{Answer, Stage, alice_asks_for_a_code, query};

const PATH: &str = "/oauth/acme/authorize";

/// Demands the page: nothing is redirected, kept, framed, loaded or repeated.
#[track_caller]
fn assert_page(answer: &Answer) {
    assert_eq!(answer.status, 400, "{answer:?}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("location"), "");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let csp = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    assert_eq!(answer.header("content-security-policy"), csp);
    let page = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
    assert!(page.starts_with("<!doctype html>") && page.contains("<html lang=\"en\">"), "{page}");
    for bad in ["<script", "href", "evil", "alice", "wonderland"] {
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

/// AZ-28: by POST as well; a form without `client_id` is no other surface here.
pub async fn a_posted_request_is_a_page_too(s: &Stage) {
    let by_get = s.get(PATH, &[("client_id", "app")]).await;
    for form in [&[("client_id", "app"), ("response_type", "code")][..], &alice_asks_for_a_code()] {
        let answer = s.post(PATH, form).await;
        assert_page(&answer);
        assert_eq!(whole(&answer), whole(&by_get));
    }
}

/// AZ-30: known, unknown and disabled clients are not told apart.
pub async fn no_client_is_told_apart_from_another(s: &Stage) {
    let known = s.get(PATH, &[("client_id", "app")]).await;
    for client in ["nobody", "retired", "direct", "\0"] {
        assert_eq!(whole(&s.get(PATH, &[("client_id", client)]).await), whole(&known), "{client}");
    }
}
