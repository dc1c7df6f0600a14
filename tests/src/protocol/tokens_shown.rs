//! What cases of revocation and introspection share: who shows a token, and what they hear.

use std::sync::Arc;

use grantry::{Guard, NewClient, types::Policy};
use http::{HeaderValue, header};
use serde_json::{Value, json};

use super::admin::admin;
use crate::{Answer, Stage, World, get, tenant_id};

pub(super) const REVOKE: &str = "/oauth/acme/revoke";
pub(super) const INTROSPECT: &str = "/oauth/acme/introspect";
/// A resource server, once there is one.
pub(super) const API: &str = "api";

/// A client of acme shows a token there: with its secret in the header, if it has one.
pub(super) async fn shows(s: &Stage, path: &str, client: &str, token: &str) -> Answer {
    shows_with(s, path, client, &[("token", token)]).await
}

/// The same with these parameters.
pub(super) async fn shows_with(
    s: &Stage,
    path: &str,
    client: &str,
    parameters: &[(&str, &str)],
) -> Answer {
    match client {
        "backend" | "basic-only" | "retired" | "web" | "own" => {
            s.post_basic(path, client, s.world.secret("acme", client), parameters).await
        }
        API => s.post_basic(path, client, SECRET, parameters).await,
        public => s.post(path, &[parameters, &[("client_id", public)]].concat()).await,
    }
}

const SECRET: &str = "the-secret-of-the-api-which-nobody-else-knows";

/// Registers the resource server of this audience.
pub(super) async fn settle_api(s: &Stage, tenant: &str, audience: &str) {
    let hash = grantry::types::SecretHash::of(&SECRET.into());
    let new = NewClient::confidential(API).secret_hashes([hash]);
    let new = new.introspects([audience.parse().expect("an audience")]);
    admin(s).create_client(&tenant_id(tenant), new).await.expect("a client");
}

/// Whether a token is let in by a guard that asks for the grant.
pub(super) async fn opens(guard: &Guard, token: &str) -> bool {
    let mut request = get("/me");
    let bearer = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
    request.headers_mut().insert(header::AUTHORIZATION, bearer);
    guard.check(&request.into_parts().0).await.is_ok()
}

/// Whether its own client hears that a token is good for something.
pub(super) async fn is_active(s: &Stage, client: &str, token: &str) -> bool {
    let answer = shows(s, INTROSPECT, client, token).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    match answer.json()["active"] {
        Value::Bool(true) => true,
        _ => {
            assert_inactive(&answer);
            false
        }
    }
}

/// Demands a whole answer that says nothing.
#[track_caller]
pub(super) fn assert_inactive(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &br#"{"active":false}"#[..]));
    answer.assert_private_json();
}

/// Demands a whole answer that it is done.
#[track_caller]
pub(super) fn assert_done(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b""[..]), "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("pragma"), "no-cache");
    assert_eq!(answer.header("content-type"), "");
}

/// Changes the policy of acme.
pub(super) async fn decide(s: &Stage, change: impl Fn(&mut Policy) + Send + Sync) {
    admin(s).change_tenant(&tenant_id("acme"), change).await.expect("a policy");
}

/// What is the same at both endpoints: how a token is shown, and how it is not. `shown` is one of `backend`'s
/// that is never used up by this.
pub(super) async fn is_shown_strictly(s: &Stage, path: &str, shown: &str) {
    let by = async |parameters: &[(&str, &str)]| shows_with(s, path, "backend", parameters).await;
    for none in [&[][..], &[("token", "")], &[("tokens", shown)]] {
        let why = if none == [("token", "")] { "token is empty" } else { "token is required" };
        by(none).await.assert_error(400, "invalid_request", why);
    }
    let twice = by(&[("token", shown), ("token", shown)]).await;
    twice.assert_error(400, "invalid_request", "token is given more than once");
    // RFC 7009 §2, RFC 7662 §2.1: by POST, in the form.
    let in_query = format!("{path}?token={shown}");
    let answer = shows_with(s, &in_query, "backend", &[]).await;
    answer.assert_error(400, "invalid_request", "token is required");
    for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"] {
        let mut request = get(&in_query);
        *request.method_mut() = method.parse().expect("a method");
        let answer = s.send(request).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"), "{method}");
    }
    let mut json = crate::form(path, &[]);
    *json.body_mut() = json!({ "token": shown }).to_string().into();
    json.headers_mut().insert("content-type", HeaderValue::from_static("application/json"));
    assert_eq!(s.send(json).await.status, 415);
    let large = "x".repeat(17_000);
    assert_eq!(by(&[("token", &large)]).await.status, 413);
    // CA-01, RF-10: who does not prove itself is nobody, whatever it shows.
    let said = [("token", shown), ("client_id", "backend")];
    for (answer, status) in [
        (s.post(path, &said[..1]).await, 401),
        (s.post(path, &said).await, 401),
        (s.post(path, &[&said[..], &[("client_secret", "wrong")]].concat()).await, 401),
        (s.post_basic(path, "backend", "wrong", &said[..1]).await, 401),
        (s.post_basic(path, "nobody", "wrong", &said[..1]).await, 401),
        (shows(s, path, "retired", shown).await, 401),
        (shows(s, path, "direct", shown).await, 401),
        (by(&[said[0], ("client_secret", s.world.secret("acme", "backend"))]).await, 400),
    ] {
        assert_eq!(answer.status, status, "{answer:?}");
        answer.assert_private_json();
        let challenge = answer.header("www-authenticate");
        assert_eq!(challenge.starts_with("Basic realm=\"https://id"), status == 401, "{challenge}");
    }
}

/// A store that never answers, in place of one of the world's.
pub(super) fn down() -> Arc<super::broken::Down> {
    Arc::new(super::broken::Down)
}

/// The audience of the tokens of the world.
pub(super) const AUDIENCE: &str = World::AUDIENCE;
