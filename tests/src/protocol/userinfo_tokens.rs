//! Who the user of an access token is (OpenID Connect Core §5.3).

use std::time::Duration;

use grantry::types::Whose;
use http::{HeaderValue, Method, Request, header};
use serde_json::json;

use super::admin::{admin, backend_asks, client_id, subject};
use super::visitors::{id_token, said, tokens_for};
use crate::{Answer, Browser, Stage, form, get, grant_of, tenant_id};

const PATH: &str = "/oauth/acme/userinfo";

/// Demands a whole refusal.
#[track_caller]
fn assert_denied(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (status, &error.into()));
    let challenge = answer.header("www-authenticate");
    let begin = "Bearer realm=\"https://id.example.com/oauth/acme\", error=\"";
    assert!(challenge.starts_with(&format!("{begin}{error}\"")), "{challenge}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// Alice's answer of `spa`.
async fn alices(s: &Stage) -> Answer {
    tokens_for(&Browser::new(s), "alice", "spa", &[]).await
}

/// OpenID Connect Core §5.3.1, §5.3.2: by GET and by POST, in the header and in a form; JSON that nobody keeps,
/// and the `sub` of the ID token.
pub async fn it_is_told_by_get_and_by_post(s: &Stage) {
    let answer = alices(s).await;
    let token = answer.tokens().access;
    let bearer = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
    let mut posted = Request::post(PATH).body(bytes::Bytes::new()).expect("a path");
    posted.headers_mut().insert(header::AUTHORIZATION, bearer.clone());
    let mut with_form = form(PATH, &[("x", "y")]);
    with_form.headers_mut().insert(header::AUTHORIZATION, bearer);
    let told = [
        s.get_as(PATH, &token).await,
        s.send(posted).await,
        s.send(with_form).await,
        s.post(PATH, &[("access_token", &token)]).await,
    ];
    super::direct::assert_alike(&told);
    assert_eq!(told[0].status, 200);
    told[0].assert_private_json();
    assert_eq!(told[0].json()["sub"], said(&answer)["sub"]);
    assert_eq!(told[0].json()["name"], "Alice Liddell");
}

/// RFC 6750 §2, IR-15: a token stands in one place, and never in the query.
pub async fn a_token_stands_in_one_place(s: &Stage) {
    let token = alices(s).await.tokens().access;
    let query = format!("{PATH}?access_token={token}");
    assert_denied(&s.send(get(&query)).await, 400, "invalid_request");
    assert_denied(&s.get_as(&query, &token).await, 400, "invalid_request");
    let mut both = form(PATH, &[("access_token", &token)]);
    let bearer = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
    both.headers_mut().insert(header::AUTHORIZATION, bearer.clone());
    assert_denied(&s.send(both).await, 400, "invalid_request");
    let mut two = get(PATH);
    two.headers_mut().append(header::AUTHORIZATION, bearer.clone());
    two.headers_mut().append(header::AUTHORIZATION, bearer);
    assert_denied(&s.send(two).await, 400, "invalid_request");
    let twice = [("access_token", &*token), ("access_token", &*token)];
    assert_denied(&s.post(PATH, &twice).await, 400, "invalid_request");
    // RFC 6750 §2.2: a body of another type is none that holds a token, and a GET has none.
    let text = format!("access_token={token}");
    for (method, media) in
        [(Method::POST, "text/plain"), (Method::GET, "application/x-www-form-urlencoded")]
    {
        let request = Request::builder().method(method).uri(PATH).header("content-type", media);
        let answer = s.send(request.body(text.clone().into()).expect("a request")).await;
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer realm=\"https://id.example.com/oauth/acme\""
        );
    }
}

/// OpenID Connect Core §5.3.1, IR-14: for tokens with the scope `openid`, which those of the direct API and of
/// clients on their own behalf cannot have.
pub async fn a_token_without_openid_is_not_enough(s: &Stage) {
    let browser = Browser::new(s);
    let read = tokens_for(&browser, "alice", "own", &[("scope", "profile read")]).await;
    assert!(read.json()["id_token"].is_null());
    for token in [
        read.tokens().access,
        s.direct_tokens("acme").await.access,
        backend_asks(s, "acme").await.tokens().access,
    ] {
        let answer = s.get_as(PATH, &token).await;
        assert_denied(&answer, 403, "insufficient_scope");
        assert!(answer.header("www-authenticate").ends_with("scope=\"openid\""));
    }
    // A user who gave their password to a client that may have it is a user.
    let user = [("grant_type", "password"), crate::ALICE, crate::PASSWORD, ("scope", "openid")];
    let secret = s.world.secret("acme", "backend");
    let token = s.post_basic("/oauth/acme/token", "backend", secret, &user).await.tokens().access;
    assert_eq!(s.get_as(PATH, &token).await.json(), json!({ "sub": "user-alice" }));
}

/// RFC 6750 §3.1: expired, made up, of nobody.
pub async fn a_token_that_does_not_count_is_invalid(s: &Stage) {
    let token = alices(s).await.tokens().access;
    for bad in ["junk", "a.b.c", &super::direct::forged(&token), &token[..token.len() - 4]] {
        assert_denied(&s.get_as(PATH, bad).await, 401, "invalid_token");
    }
    let answer = s.get(PATH, &[]).await;
    assert_eq!(
        answer.header("www-authenticate"),
        "Bearer realm=\"https://id.example.com/oauth/acme\""
    );
    let life = grantry::types::Policy::new("https://x.example".parse().expect("an audience"));
    s.world.clock.advance(life.access_token_lifetime - Duration::from_secs(1));
    assert_eq!(s.get_as(PATH, &token).await.status, 200);
    s.world.clock.advance(Duration::from_secs(1));
    assert_denied(&s.get_as(PATH, &token).await, 401, "invalid_token");
}

/// JW-01, RFC 8725 §3.11: an ID token is no access token: not here, and not at the host's routes.
pub async fn an_id_token_is_no_access_token(s: &Stage) {
    let id_token = id_token(&alices(s).await);
    let answer = s.get_as(PATH, &id_token).await;
    assert_denied(&answer, 401, "invalid_token");
    assert_denied(&s.post(PATH, &[("access_token", &id_token)]).await, 401, "invalid_token");
    for guard in [&s.world.guards.acme, &s.world.guards.offline, &s.world.guards.any] {
        let mut request = get("/me");
        let bearer = HeaderValue::try_from(format!("Bearer {id_token}")).expect("a header");
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
        let (parts, _) = request.into_parts();
        let denied = guard.check(&parts).await.expect_err("denied");
        assert_eq!(denied.response().status(), 401);
    }
}

/// IR-13, IR-04: a token of another tenant is like one that nobody was ever given.
pub async fn a_token_of_another_tenant_is_unknown(s: &Stage) {
    let token = alices(s).await.tokens().access;
    let paths = ["/oauth/globex/userinfo", "/oauth/ecdsa/userinfo"];
    for path in paths {
        let (foreign, junk) = (s.get_as(path, &token).await, s.get_as(path, "junk").await);
        assert_eq!(foreign.visible(), junk.visible());
        assert_eq!(foreign.status, 401);
    }
    assert_eq!(s.get_as("/oauth/nobody/userinfo", &token).await.status, 404);
}

/// LG-07: whoever was stopped since, and whatever was ended since, is told nothing.
pub async fn what_was_ended_since_is_told_nothing(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let fresh = || async {
        s.world.clock.advance(Duration::from_secs(1));
        let token = alices(s).await.tokens().access;
        assert_eq!(s.get_as(PATH, &token).await.status, 200);
        token
    };
    let token = fresh().await;
    let one = Whose::One(grant_of(&token));
    admin(s).end_grants(&acme, one).await.expect("done");
    assert_denied(&s.get_as(PATH, &token).await, 401, "invalid_token");
    let token = fresh().await;
    admin(s).disable_client(&acme, &client_id("spa")).await.expect("done");
    assert_denied(&s.get_as(PATH, &token).await, 401, "invalid_token");
    admin(s).enable_client(&acme, &client_id("spa")).await.expect("done");
    assert_denied(&s.get_as(PATH, &token).await, 401, "invalid_token");
    let token = fresh().await;
    admin(s).disable_user(&acme, &alice).await.expect("done");
    assert_denied(&s.get_as(PATH, &token).await, 401, "invalid_token");
    admin(s).enable_user(&acme, &alice).await.expect("done");
    let token = fresh().await;
    admin(s).disable_tenant(&acme).await.expect("done");
    assert_denied(&s.get_as(PATH, &token).await, 401, "invalid_token");
}
