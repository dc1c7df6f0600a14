//! Who may register clients (RFC 7591 §3), and how many.

use std::time::Duration;

use futures_util::future::join_all;
use grantry::{InitialAccess, types::RegistrationAccess};
use http::Method;
use serde_json::{Value, json};

use super::admin::{admin, assert_no};
use super::registering::{CALLBACK, Made, REGISTER, allow, asked, document, register, registered};
use crate::{Browser, Landing, Stage, form, tenant_id};

/// RG-01: where the policy does not let clients register there is nothing to ask, and where it does without
/// saying more, an initial access token is needed.
pub async fn nobody_registers_where_the_policy_does_not_say_so(s: &Stage) {
    let body = document(&[]);
    let answer = register(s, &body).await;
    answer.assert_error(404, "invalid_request", "this endpoint is not available here");
    let place = format!("{REGISTER}/dyn-x");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = s.send(asked(method, &place, Some("grt_ra_x"), "{}")).await;
        answer.assert_error(404, "invalid_request", "this endpoint is not available here");
    }
    let minted = admin(s)
        .mint_initial_access(&tenant_id("acme"), InitialAccess::once(Duration::from_secs(60)))
        .await;
    let off = "policy.registration is off: no client may register itself with this tenant";
    assert_no(minted, off);
    allow(s, "acme", |_| {}).await;
    for token in [None, Some("grt_ia_x"), Some("grt_i1_x"), Some(s.world.secret("acme", "backend"))]
    {
        let answer = s.send(asked(Method::POST, REGISTER, token, &body.to_string())).await;
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(answer.header("www-authenticate").starts_with("Bearer realm=\""), "{answer:?}");
        let said = answer.json()["error"] == "invalid_token";
        assert_eq!(said, token.is_some(), "{answer:?}");
    }
    admin(s).disable_tenant(&tenant_id("acme")).await.expect("done");
    let answer = register(s, &body).await;
    answer.assert_error(400, "unauthorized_client", "the tenant is disabled");
    assert_eq!(registered(s).await, [""; 0]);
}

/// RFC 7591 §3: an initial access token is good for one client or for many, for a while, at its own tenant.
pub async fn an_initial_access_token_is_good_for_what_it_says(s: &Stage) {
    for tenant in ["acme", "steady"] {
        allow(s, tenant, |_| {}).await;
    }
    let hour = Duration::from_secs(3600);
    let mint = async |access| {
        let minted = admin(s).mint_initial_access(&tenant_id("acme"), access).await;
        minted.expect("a token").expose().to_owned()
    };
    let (once, often) =
        (mint(InitialAccess::once(hour)).await, mint(InitialAccess::often(hour)).await);
    let at = async |path: &str, token: &str, body: &Value| {
        let answer = s.send(asked(Method::POST, path, Some(token), &body.to_string())).await;
        answer.status.as_u16()
    };
    let (good, bad) = (document(&[]), document(&[("client_name", "a\nb".into())]));
    for token in [&once, &often] {
        assert_eq!(at("/oauth/steady/register", token, &good).await, 401);
        // What was refused has not used it up.
        assert_eq!(at(REGISTER, token, &bad).await, 400);
        let other = token.replace("grt_i1_", "grt_ia_").replace("grt_ia_x", "");
        assert!(other == *token || at(REGISTER, &other, &good).await == 401);
    }
    let all = join_all((0..8).map(|_| at(REGISTER, &once, &good))).await;
    assert_eq!(all.iter().filter(|status| **status == 201).count(), 1, "{all:?}");
    assert!(all.iter().all(|status| matches!(status, 201 | 401)), "{all:?}");
    assert_eq!(at(REGISTER, &once, &good).await, 401);
    for _ in 0..3 {
        assert_eq!(at(REGISTER, &often, &good).await, 201);
    }
    let late = mint(InitialAccess::once(hour)).await;
    s.world.clock.advance(hour);
    for token in [&often, &late] {
        assert_eq!(at(REGISTER, token, &good).await, 401);
    }
    assert_eq!(registered(s).await.len(), 4);
    for lifetime in [Duration::ZERO, Duration::from_secs(366 * 24 * 3600)] {
        let minted =
            admin(s).mint_initial_access(&tenant_id("acme"), InitialAccess::often(lifetime)).await;
        let why = "policy.registration is by initial access tokens that are good for 1 s to a year";
        assert_no(minted, why);
    }
}

/// RG-02: as many as the tenant has room for, also of many at once; whom nobody uses is forgotten in time, and
/// who is in use stays.
pub async fn no_more_register_than_the_tenant_has_room_for(s: &Stage) {
    allow(s, "acme", |registration| {
        registration.access = RegistrationAccess::Open;
        registration.limit = 3;
        registration.unused_lifetime = Duration::from_secs(3600);
    })
    .await;
    let used = Made::new(s, &[("grant_types", json!(["client_credentials"]))]).await;
    let own = [("grant_type", "client_credentials")];
    s.send(used.dress(form("/oauth/acme/token", &own))).await.tokens();
    let body = document(&[]);
    let all = join_all((0..8).map(|_| register(s, &body))).await;
    let good = all.iter().filter(|answer| answer.status == 201).count();
    assert!((0..=2).contains(&good), "{good}");
    while registered(s).await.len() < 3 {
        Made::new(s, &[]).await;
    }
    let full = register(s, &body).await;
    full.assert_error(503, "temporarily_unavailable", "no more clients can be registered now");
    assert_eq!(full.header("retry-after"), "3600");
    s.world.clock.advance(Duration::from_secs(3600));
    let new = Made::new(s, &[]).await;
    let mut left = [used.id.clone(), new.id];
    left.sort_unstable();
    assert_eq!(registered(s).await, left);
    s.send(used.dress(form("/oauth/acme/token", &own))).await.tokens();
}

/// MCP 2025-11-25, "Step-Up Authorization Flow": a client names the scope of its first call when it registers. What
/// it may ask for later is no more than that, unless the tenant lets such clients step up.
pub async fn a_client_steps_up_where_the_tenant_lets_it(s: &Stage) {
    for (step_up, scope) in [(false, "openid"), (true, "offline_access openid read")] {
        allow(s, "acme", |registration| {
            registration.access = RegistrationAccess::Open;
            registration.step_up = step_up;
        })
        .await;
        let named =
            [("scope", "openid admin".into()), ("token_endpoint_auth_method", "none".into())];
        let client = Made::new(s, &named).await;
        assert_eq!(client.said["scope"], scope);
        let landing = client.visit(&Browser::new(s), CALLBACK).await;
        match landing {
            Landing::Page(page) => assert!(step_up && page.offers("sign-in"), "{}", page.text),
            away => assert!(!step_up && away.parameters()["error"] == "invalid_scope"),
        }
    }
}
