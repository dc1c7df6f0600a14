//! Which pages of other origins may read what (Fetch Standard §3.3, §4.8; AZ-27).

use bytes::Bytes;
use http::{HeaderValue, Method, Request};

use super::visitors::{code_for, tokens_for};
use crate::{Answer, Browser, PKCE, Stage, World, form, get};

const APP: &str = "https://app.example.com";
const OTHERS: [&str; 6] = [
    "https://evil.example",
    "https://app.example.com.evil.example",
    "http://app.example.com",
    "https://app.example.com:8443",
    "https://web.example.com",
    "null",
];

/// Sends a request as a page of this origin does.
async fn from(s: &Stage, origin: &str, mut request: Request<Bytes>) -> Answer {
    let value = HeaderValue::try_from(origin).expect("an origin");
    request.headers_mut().insert("origin", value);
    s.send(request).await
}

/// Asks whether a page may ask.
async fn preflight(s: &Stage, path: &str, method: &str) -> Answer {
    let mut request = get(path);
    *request.method_mut() = Method::OPTIONS;
    let headers = request.headers_mut();
    let value = HeaderValue::try_from(method).expect("a method");
    headers.insert("access-control-request-method", value);
    headers.insert("access-control-request-headers", HeaderValue::from_static("authorization"));
    from(s, APP, request).await
}

#[track_caller]
fn assert_read_by(answer: &Answer, origin: &str) {
    assert_eq!(answer.header("access-control-allow-origin"), origin, "{answer:?}");
    assert_eq!(answer.header("access-control-allow-credentials"), "", "no cookies, ever");
}

/// A client's own pages read what it is answered, errors too; pages of others do not, nor do those of
/// another client.
pub async fn a_clients_own_pages_read_its_answers(s: &Stage) {
    let browser = Browser::new(s);
    let code = code_for(&browser, "alice", "spa", &[]).await;
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", World::REDIRECT),
        ("client_id", "spa"),
        ("code_verifier", PKCE.0),
    ];
    let answer = from(s, APP, form("/oauth/acme/token", &redeem)).await;
    assert_eq!(answer.status, 200);
    assert_read_by(&answer, APP);
    assert_eq!(answer.header("vary"), "Origin");
    let again = from(s, APP, form("/oauth/acme/token", &redeem)).await;
    assert_eq!(again.status, 400);
    assert_read_by(&again, APP);
    for origin in OTHERS {
        let answer = from(s, origin, form("/oauth/acme/token", &redeem)).await;
        assert_read_by(&answer, "");
        assert_eq!(answer.header("vary"), "Origin");
    }
    let unlisted = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "pair")];
    assert_read_by(&from(s, APP, form("/oauth/acme/token", &unlisted)).await, "");
    let none = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "nobody")];
    assert_read_by(&from(s, APP, form("/oauth/acme/token", &none)).await, "");
}

/// Userinfo is read by the pages of the client whose token it is.
pub async fn userinfo_is_read_by_the_clients_own_pages(s: &Stage) {
    for (client, reader) in [("spa", APP), ("web", ""), ("pair", "")] {
        let token = tokens_for(&Browser::new(s), "alice", client, &[]).await.tokens().access;
        let asked = || {
            let mut request = get("/oauth/acme/userinfo");
            let bearer = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
            request.headers_mut().insert("authorization", bearer);
            request
        };
        let answer = from(s, APP, asked()).await;
        assert_eq!(answer.status, 200);
        assert_read_by(&answer, reader);
        for origin in OTHERS {
            assert_read_by(&from(s, origin, asked()).await, "");
        }
    }
    assert_read_by(&from(s, APP, get("/oauth/acme/userinfo")).await, "");
}

/// RFC 7009 §2.3: a page gives up what its client was given, and hears that it is done.
pub async fn a_clients_own_pages_give_up_its_tokens(s: &Stage) {
    let token = tokens_for(&Browser::new(s), "alice", "spa", &[]).await.tokens().refresh;
    for (client, reader) in [("pair", ""), ("spa", APP)] {
        let shown = [("token", &*token), ("client_id", client)];
        let answer = from(s, APP, form("/oauth/acme/revoke", &shown)).await;
        assert_eq!(answer.status, 200);
        assert_read_by(&answer, reader);
        for origin in OTHERS {
            assert_read_by(&from(s, origin, form("/oauth/acme/revoke", &shown)).await, "");
        }
    }
    assert_eq!(s.refresh("acme", "spa", &token).await.status, 400);
}

/// What everybody may know every page may read.
pub async fn documents_are_read_by_every_page(s: &Stage) {
    for path in [
        "/oauth/acme/jwks.json",
        "/oauth/acme/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/oauth/acme",
    ] {
        for origin in [APP, "https://evil.example", "null"] {
            assert_read_by(&from(s, origin, get(path)).await, "*");
        }
        assert_eq!(preflight(s, path, "GET").await.header("access-control-allow-origin"), "*");
    }
}

/// Fetch Standard §4.8: a page may ask whether it may ask, where scripts ask, and brings no cookies.
pub async fn a_page_may_ask_where_scripts_ask(s: &Stage) {
    for path in ["/oauth/acme/token", "/oauth/acme/revoke", "/oauth/acme/userinfo"] {
        let answer = preflight(s, path, "POST").await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
        assert_read_by(&answer, "*");
        assert_eq!(answer.header("access-control-allow-methods"), "GET, POST");
        assert_eq!(
            answer.header("access-control-allow-headers"),
            "authorization, content-type, dpop"
        );
        // Whoever only says OPTIONS asks nothing.
        let mut bare = get(path);
        *bare.method_mut() = Method::OPTIONS;
        assert_eq!(s.send(bare).await.status, 405);
    }
    assert_eq!(preflight(s, "/oauth/nobody/token", "POST").await.status, 404);
}

/// AZ-27, RFC 9700 §2.6: no page of another origin reads or prepares what shows pages, nor, unless the
/// tenant lists it, the direct API.
pub async fn no_page_reads_what_is_for_users(s: &Stage) {
    let asked = crate::query(&super::visitors::asks_with("spa", &[]));
    for path in [
        &*format!("/oauth/acme/authorize?{asked}"),
        "/oauth/acme/authorize?client_id=spa",
        "/oauth/acme/interaction?handle=x",
        "/oauth/acme/logout",
        "/oauth/acme/introspect",
        "/oauth/acme/authorize/direct",
        "/oauth/acme/token/direct",
    ] {
        for origin in [APP, "null"] {
            for request in [get(path), form(path, &[("client_id", "spa")])] {
                let answer = from(s, origin, request).await;
                assert!(
                    !answer.headers.keys().any(|name| name.as_str().starts_with("access-control")),
                    "{path}: {answer:?}"
                );
            }
        }
        let answer = preflight(s, path, "POST").await;
        assert_eq!(answer.status, 405, "{path}");
        assert_read_by(&answer, "");
    }
    let direct = [("response_type", "code"), crate::ALICE, crate::PASSWORD];
    let direct = [&direct[..], &[("redirect_uri", World::REDIRECT)]].concat();
    let path = format!("/oauth/listed/authorize?{}", crate::query(&direct));
    assert_read_by(&from(s, APP, get(&path)).await, APP);
    assert_read_by(&from(s, "https://evil.example", get(&path)).await, "");
}
