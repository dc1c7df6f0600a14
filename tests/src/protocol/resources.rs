//! Clients name the APIs that they want tokens for (RFC 8707).

use std::time::Duration;

use grantry::{
    Guard,
    types::{Client, Policy, Resource},
};
use serde_json::json;

use super::admin::{admin, backend_asks, client_id};
use super::tokens_shown::{API, INTROSPECT, decide, opens, settle_api, shows};
use super::visitors::{asks_with, code_for, id_token, tokens_for};
use super::walk::assert_told;
use crate::{ALICE, Answer, Browser, PASSWORD, Stage, World, claims, tenant_id};

/// The API of the world, and two others.
pub(super) const ORDERS: &str = World::AUDIENCE;
pub(super) const PAY: &str = "https://pay.example.com";
pub(super) const ARCHIVE: &str = "https://archive.example.com/v1?x=%2F";

pub(super) fn api(audience: &str, scope: &str) -> Resource {
    Resource::new(audience.parse().expect("an audience"), scope.parse().expect("a scope"))
}

fn apis() -> Box<[Resource]> {
    [api(ORDERS, "read write"), api(PAY, "pay read"), api(ARCHIVE, "search")].into()
}

pub(super) fn without_pay(policy: &mut Policy) {
    let rest = policy.resources.iter().filter(|api| api.audience.as_str() != PAY);
    policy.resources = rest.cloned().collect();
}

/// The tenant lists three APIs, and its clients may have the scope of each.
pub(super) async fn settle(s: &Stage) {
    decide(s, |policy| policy.resources = apis()).await;
    for id in ["backend", "app", "spa", "own"] {
        let more = |client: &mut Client| {
            client.scope = client.scope.or(&"pay search".parse().expect("a scope"));
        };
        admin(s).change_client(&tenant_id("acme"), &client_id(id), more).await.expect("done");
    }
}

pub(super) fn guard(s: &Stage, audience: &str) -> Guard {
    s.world.server.guard(audience).tenant("acme").expect("a guard")
}

/// Which of the three APIs let a token in.
pub(super) async fn opened(s: &Stage, token: &str) -> [bool; 3] {
    let [orders, pay, archive] = [ORDERS, PAY, ARCHIVE].map(|audience| guard(s, audience));
    [opens(&orders, token).await, opens(&pay, token).await, opens(&archive, token).await]
}

/// `backend` asks on its own behalf.
pub(super) async fn alone(s: &Stage, more: &[(&str, &str)]) -> Answer {
    let secret = s.world.secret("acme", "backend");
    let own = [&[("grant_type", "client_credentials")], more].concat();
    s.post_basic("/oauth/acme/token", "backend", secret, &own).await
}

/// Alice signs in through `app`.
pub(super) async fn signs_in(s: &Stage, more: &[(&str, &str)]) -> Answer {
    let own = [("grant_type", "password"), ALICE, PASSWORD, ("client_id", "app")];
    s.post("/oauth/acme/token", &[&own[..], more].concat()).await
}

/// `app` refreshes.
pub(super) async fn refreshes(s: &Stage, token: &str, more: &[(&str, &str)]) -> Answer {
    let own = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "app")];
    s.post("/oauth/acme/token", &[&own[..], more].concat()).await
}

/// `spa` redeems a code.
pub(super) async fn redeems(s: &Stage, code: &str, more: &[(&str, &str)]) -> Answer {
    let own = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", "spa"),
        ("redirect_uri", World::REDIRECT),
        ("code_verifier", crate::PKCE.0),
    ];
    s.post("/oauth/acme/token", &[&own[..], more].concat()).await
}

#[track_caller]
pub(super) fn assert_target(answer: &Answer) {
    answer.assert_error(400, "invalid_target", "the resource is not allowed here");
}

/// What a token is for, and what it is good for there.
#[track_caller]
pub(super) fn said(answer: &Answer) -> (serde_json::Value, String) {
    let said = claims(&answer.tokens().access);
    let scope = said["scope"].as_str().unwrap_or_default().to_owned();
    assert_eq!(answer.json()["scope"].as_str().unwrap_or_default(), scope);
    (said["aud"].clone(), scope)
}

/// §2, §2.2: whichever way tokens are asked for, the audience is what was named, as it was named, and the scope
/// what that API knows.
pub async fn a_token_is_for_the_api_that_was_named(s: &Stage) {
    settle(s).await;
    for (named, scope, opens) in [
        (ORDERS, "read", [true, false, false]),
        (PAY, "pay read", [false, true, false]),
        (ARCHIVE, "search", [false, false, true]),
    ] {
        let more = [("resource", named), ("scope", scope)];
        let browser = Browser::new(s);
        let code = code_for(&browser, "alice", "spa", &more).await;
        let signed_in = signs_in(s, &more).await;
        let refreshed = refreshes(s, &signed_in.tokens().refresh, &more[..1]).await;
        for answer in
            [alone(s, &more).await, signed_in, refreshed, redeems(s, &code, &more[..1]).await]
        {
            assert_eq!(said(&answer), (json!(named), scope.to_owned()));
            assert_eq!(opened(s, &answer.tokens().access).await, opens, "{named}");
        }
        // Whoever names it once, where it asks for authorization, has said it.
        let code = code_for(&browser, "alice", "spa", &more).await;
        assert_eq!(said(&redeems(s, &code, &[]).await), (json!(named), scope.to_owned()));
    }
}

/// A client that names nothing gets what it always got: the default audience, and userinfo.
pub async fn without_a_resource_the_default_audience_counts(s: &Stage) {
    settle(s).await;
    let answer = tokens_for(&Browser::new(s), "alice", "spa", &[("scope", "openid read")]).await;
    assert_eq!(said(&answer), (json!(ORDERS), "openid read".to_owned()));
    let access = answer.tokens().access;
    assert_eq!(opened(s, &access).await, [true, false, false]);
    assert_eq!(s.get_as("/oauth/acme/userinfo", &access).await.status, 200);
    assert_eq!(said(&backend_asks(s, "acme").await), (json!(ORDERS), "read".to_owned()));
    // A scope of another API is none here.
    let other = alone(s, &[("scope", "pay")]).await;
    other.assert_error(400, "invalid_scope", "the scope is not allowed here");
    // It may name the default as well.
    assert_eq!(said(&alone(s, &[("resource", ORDERS)]).await).0, json!(ORDERS));
}

/// §2: several may be named, each once; the token is for all of them, or for those that the token request names.
pub async fn several_are_named_and_the_token_is_for_all_or_for_some(s: &Stage) {
    settle(s).await;
    let named = [("resource", PAY), ("resource", ORDERS), ("scope", "read pay write")];
    let both = json!([PAY, ORDERS]);
    let first = signs_in(s, &named).await;
    assert_eq!(said(&first), (both.clone(), "pay read write".to_owned()));
    assert_eq!(opened(s, &first.tokens().access).await, [true, true, false]);
    let row = s.ticket("acme", &first.tokens().access).await;
    assert_eq!(row.audience.as_str(), format!("{PAY} {ORDERS}"), "the row remembers them");
    let mut newest = first.tokens().refresh;
    for (named, audience, scope) in [
        (&[("resource", ORDERS)][..], json!(ORDERS), "read write"),
        (&[("resource", PAY)], json!(PAY), "pay read"),
        (&[("resource", PAY), ("scope", "pay")], json!(PAY), "pay"),
        (&[("resource", ORDERS), ("resource", PAY)], json!([ORDERS, PAY]), "pay read write"),
        (&[("resource", PAY), ("resource", ""), ("resource", PAY)], json!(PAY), "pay read"),
        (&[], both, "pay read write"),
    ] {
        s.world.clock.advance(Duration::from_secs(31));
        let answer = refreshes(s, &newest, named).await;
        assert_eq!(said(&answer), (audience, scope.to_owned()), "{named:?}");
        newest = answer.tokens().refresh;
    }
    // What the narrower audience does not know is asked for in vain, and costs nothing.
    let beyond = refreshes(s, &newest, &[("resource", ORDERS), ("scope", "pay")]).await;
    beyond.assert_error(400, "invalid_scope", "the scope is not allowed here");
    refreshes(s, &newest, &[]).await.tokens();
}

/// Where a tenant lists no APIs, its default audience is all that may be named.
pub async fn where_nothing_is_listed_the_default_may_be_named(s: &Stage) {
    assert_eq!(said(&alone(s, &[("resource", ORDERS)]).await), (json!(ORDERS), "read".to_owned()));
    assert_target(&alone(s, &[("resource", PAY)]).await);
}

/// RFC 6749 §3.1: what is posted to authorize names the same APIs.
pub async fn what_is_posted_names_the_same_apis(s: &Stage) {
    settle(s).await;
    let mut asked = asks_with("spa", &[("scope", "read"), ("prompt", "none")]);
    asked.extend([("resource", PAY), ("resource", ORDERS)]);
    let posted = s.post("/oauth/acme/authorize", &asked).await;
    assert_eq!(posted.status, 303);
    let place = posted.header("location");
    assert_eq!(place.matches("resource=").count(), 2, "{place}");
    asked.push(("resource", "https://nobody.example.com"));
    let posted = s.post("/oauth/acme/authorize", &asked).await;
    let place = posted.header("location").strip_prefix("https://id.example.com").expect("ours");
    assert_told(&s.get(place, &[]).await, "invalid_target");
}

/// RFC 7662 §2.2: a token for several is told to the resource server of each, with all of them.
pub async fn a_token_for_several_is_told_to_each_of_them(s: &Stage) {
    settle(s).await;
    settle_api(s, "acme", PAY).await;
    let both = [("resource", ORDERS), ("resource", PAY)];
    let access = signs_in(s, &both).await.tokens().access;
    let told = shows(s, INTROSPECT, API, &access).await.json();
    assert_eq!((&told["active"], &told["aud"]), (&json!(true), &json!([ORDERS, PAY])));
    let other = signs_in(s, &both[..1]).await.tokens().access;
    super::tokens_shown::assert_inactive(&shows(s, INTROSPECT, API, &other).await);
}

/// OpenID Connect Core §3.1.3.3: an ID token is for the client, whichever API its access token is for.
pub async fn an_id_token_is_for_the_client_all_the_same(s: &Stage) {
    settle(s).await;
    let named = [("resource", PAY), ("scope", "openid pay")];
    let answer = tokens_for(&Browser::new(s), "alice", "spa", &named).await;
    assert_eq!(said(&answer), (json!(PAY), "openid pay".to_owned()));
    assert_eq!(claims(&id_token(&answer))["aud"], "spa");
    assert_eq!(s.get_as("/oauth/acme/userinfo", &answer.tokens().access).await.status, 200);
}
