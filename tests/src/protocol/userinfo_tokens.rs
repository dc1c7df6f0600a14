//! Which tokens count at userinfo (OpenID Connect Core §5.3.1), and what is told of whom who changed since.

use std::time::Duration;

use grantry::types::{ClaimSet, Whose};
use http::{HeaderValue, header};
use serde_json::{Value, json};

use super::admin::{admin, backend_asks, client_id, subject};
use super::visitors::{id_token, tokens_for};
use crate::door::forgeries::{changed, key, part, sign};
use crate::{Answer, Browser, Stage, get, grant_of, tenant_id};

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

/// JW-01, RFC 8725 §3.11: an ID token is no access token: not here, and not at the host's routes.
pub async fn an_id_token_is_no_access_token(s: &Stage) {
    let answer = alices(s).await;
    let id_token = id_token(&answer);
    assert_denied(&s.get_as(PATH, &id_token).await, 401, "invalid_token");
    assert_denied(&s.post(PATH, &[("access_token", &id_token)]).await, 401, "invalid_token");
    // By its type, whatever it says: the same words count under the right one.
    let access = answer.tokens().access;
    let key = key(s, "acme").await;
    for (typ, status) in [("JWT", 401), ("at+jwt", 200)] {
        let header = changed(&part(&access, 0), &[("typ", typ.into())]);
        let signed = sign(&key, &header, &part(&access, 1).to_string());
        assert_eq!(s.get_as(PATH, &signed).await.status, status, "{typ}");
    }
    for guard in [&s.world.guards.acme, &s.world.guards.offline, &s.world.guards.any] {
        let mut request = get("/me");
        let bearer = HeaderValue::try_from(format!("Bearer {id_token}")).expect("a header");
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
        let (parts, _) = request.into_parts();
        let denied = guard.check(&parts).await.expect_err("denied");
        assert_eq!(denied.response().status(), 401);
    }
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

/// What changed since is told as it is now.
pub async fn what_changed_since_is_told_as_it_is_now(s: &Stage) {
    let token = alices(s).await.tokens().access;
    let marries = |claims: &mut ClaimSet| {
        claims.remove("nickname");
        claims.insert("name", "Alice Hargreaves")
    };
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    admin(s).change_user_claims(&acme, &alice, marries).await.expect("done");
    let told = s.get_as(PATH, &token).await.json();
    assert_eq!((&told["name"], &told["nickname"]), (&json!("Alice Hargreaves"), &Value::Null));
}
