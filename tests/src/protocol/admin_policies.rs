//! A tenant's policy is changed as a whole or not at all, and counts from the next request on.

use std::time::Duration;

use grantry::types::{DirectApi, GrantType, Policy, Resource, SigningAlg};
use serde_json::json;

use super::access_tokens::header;
use super::admin::{admin, app_asks, assert_no, backend_asks, force_tenant, tenant_row};
use super::direct::invalid_grant;
use super::grant::{Grant, Holder};
use crate::{ALICE, PASSWORD, Stage, World, alice_asks_for_a_code, claims, rpc, tenant_id};

/// A field made bad, and what is said of it.
type Bad = (fn(&mut Policy), &'static str);

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn api(audience: &str, scope: &str) -> Resource {
    let audience = audience.parse().expect("an audience");
    Resource::new(audience, scope.parse().expect("a scope"))
}

/// Every field that has a bound.
const BAD: [Bad; 17] = [
    (|p| p.access_token_lifetime = DAY + SECOND, "policy.access_token_lifetime is 1 s to 24 h"),
    (|p| p.access_token_lifetime = Duration::ZERO, "policy.access_token_lifetime is 1 s to 24 h"),
    (|p| p.code_lifetime = Duration::from_secs(601), "policy.code_lifetime is 1 s to 600 s"),
    (
        |p| p.refresh_idle_lifetime = Duration::ZERO,
        "policy.refresh_idle_lifetime is 1 s to ten years",
    ),
    (|p| p.grant_lifetime = SECOND, "policy.grant_lifetime is code_lifetime to ten years"),
    (|p| p.retry_window = Duration::from_secs(301), "policy.retry_window is at most 300 s"),
    (
        |p| p.direct_redirect_uris = vec![World::REDIRECT.parse().expect("a URI"); 21].into(),
        "policy.direct_redirect_uris lists at most 20",
    ),
    (
        |p| p.allowed_origins = vec!["https://a.example".parse().expect("an origin"); 21].into(),
        "policy.allowed_origins lists at most 20",
    ),
    (
        |p| p.resources = (0..21).map(|n| api(&format!("https://{n}.example"), "")).collect(),
        "policy.resources lists at most 20",
    ),
    (
        |p| p.resources = vec![api(World::AUDIENCE, "read"), api(World::AUDIENCE, "read")].into(),
        "policy.resources lists an audience once",
    ),
    (
        |p| p.resources = vec![api("https://other.example", "read")].into(),
        "policy.default_audience is one of the audiences in resources",
    ),
    (
        |p| p.resources = vec![api(World::AUDIENCE, "write")].into(),
        "policy.default_scope is part of the scope of the default audience in resources",
    ),
    (|p| p.key_lifetime = DAY - SECOND, "policy.key_lifetime is a day to ten years"),
    (
        |p| (p.key_lifetime, p.refresh_idle_lifetime) = (DAY, 201 * DAY),
        "policy.key_lifetime is at least a 200th of refresh_idle_lifetime",
    ),
    (
        |p| p.key_announcement = Duration::from_secs(599),
        "policy.key_announcement is 10 min to half of key_lifetime",
    ),
    (
        |p| p.key_announcement = p.key_lifetime,
        "policy.key_announcement is 10 min to half of key_lifetime",
    ),
    (
        |p| p.direct_scope = "profile openid".parse().expect("a scope"),
        "policy.direct_scope cannot hold openid, offline_access or a grantry: scope",
    ),
];

/// LG-21, TN-06: one bad field, and nothing changes, the good ones beside it included.
pub async fn a_policy_that_contradicts_itself_changes_nothing(s: &Stage) {
    let (acme, before) = (tenant_id("acme"), tenant_row(s, "acme").await);
    for (make_bad, why) in BAD {
        let change = |policy: &mut Policy| {
            policy.direct_api = DirectApi::Off;
            make_bad(policy);
        };
        assert_no(admin(s).change_tenant(&acme, change).await, why);
        assert_eq!(tenant_row(s, "acme").await, before, "{why}");
    }
    s.direct_code("acme").await;
}

/// A new tenant is held to the same rules, and leaves nothing behind.
pub async fn no_tenant_is_created_with_a_bad_policy(s: &Stage) {
    for (make_bad, why) in BAD {
        let mut policy = tenant_row(s, "acme").await.policy;
        make_bad(&mut policy);
        assert_no(admin(s).create_tenant("new", policy).await, why);
    }
    let new = tenant_id("new");
    let keys = s.world.stores.key_records.read(&new).await.expect("the store answers");
    assert!(keys.is_none() && admin(s).tenant(&new).await.expect("the store answers").is_none());
}

/// Also where the change did not touch what is bad: the row may have been written elsewhere.
pub async fn a_field_that_was_bad_before_is_in_the_way_of_every_change(s: &Stage) {
    let acme = tenant_id("acme");
    for (make_bad, why) in BAD {
        let good = tenant_row(s, "acme").await.policy;
        force_tenant(s, "acme", |row| make_bad(&mut row.policy)).await;
        let before = tenant_row(s, "acme").await;
        assert_no(admin(s).change_tenant(&acme, |_| {}).await, why);
        let other = |policy: &mut Policy| policy.direct_api = DirectApi::Post;
        assert_no(admin(s).change_tenant(&acme, other).await, why);
        assert_eq!(tenant_row(s, "acme").await, before, "{why}");
        // The change that repairs it is taken.
        let repair = |policy: &mut Policy| policy.clone_from(&good);
        admin(s).change_tenant(&acme, repair).await.expect("done");
    }
}

/// LE-17: the direct API goes with the next request, what it issued lives on without it.
pub async fn the_direct_api_is_switched_off_for_the_next_request(s: &Stage) {
    let acme = tenant_id("acme");
    let (code, app) = (s.direct_code("acme").await, Grant::begin(s, "acme", Holder::App).await);
    let set = |to| move |policy: &mut Policy| policy.direct_api = to;
    admin(s).change_tenant(&acme, set(DirectApi::Off)).await.expect("done");
    let message = "the tenant's policy does not offer this form of the direct API";
    let off = rpc(7, "UNAUTHORIZED_CLIENT", message, &[]);
    s.redeem("acme", &code).await.assert_rpc(403, &off);
    app.gets(&app.first.refresh).await;
    admin(s).change_tenant(&acme, set(DirectApi::Get)).await.expect("done");
    s.redeem("acme", &code).await.tokens();
}

/// TK-15, RFC 6749 §5.2: a grant that the policy names no more is unsupported for everybody.
pub async fn a_grant_is_taken_off_the_list_for_the_next_request(s: &Stage) {
    let (acme, path) = (tenant_id("acme"), "/oauth/acme/token");
    let begun = [
        Grant::begin(s, "acme", Holder::App).await,
        Grant::begin(s, "acme", Holder::Backend).await,
    ];
    admin(s).change_tenant(&acme, |policy| policy.grants.clear()).await.expect("done");
    for answer in [
        app_asks(s, "acme").await,
        backend_asks(s, "acme").await,
        s.refresh("acme", "app", &begun[0].first.refresh).await,
        s.refresh("acme", "backend", &begun[1].first.refresh).await,
    ] {
        answer.assert_error(400, "unsupported_grant_type", "grant_type is not supported");
    }
    let denied =
        |grant| rpc(7, "UNAUTHORIZED_CLIENT", &format!("{grant} is not allowed here"), &[]);
    let code = s.get("/oauth/acme/authorize", &alice_asks_for_a_code()).await;
    code.assert_rpc(403, &denied("authorization_code"));
    let password = s.get(path, &[("grant_type", "password"), ALICE, PASSWORD]).await;
    password.assert_rpc(403, &denied("password"));
    let back = |policy: &mut Policy| policy.grants = [GrantType::RefreshToken].into();
    admin(s).change_tenant(&acme, back).await.expect("done");
    for grant in begun {
        grant.gets(&grant.first.refresh).await;
    }
}

/// RF-09: what an API does not know any more is in no new token, and back when it knows it again.
pub async fn a_scope_that_the_api_lost_is_in_no_token_any_more(s: &Stage) {
    let acme = tenant_id("acme");
    let ask = [("grant_type", "password"), ALICE, PASSWORD, ("client_id", "app")];
    let with = [&ask[..], &[("scope", "read write openid")]].concat();
    let mut newest = s.post("/oauth/acme/token", &with).await.tokens();
    for (known, left) in [("read", "openid read"), ("read write", "openid read write")] {
        let lists =
            |policy: &mut Policy| policy.resources = vec![api(World::AUDIENCE, known)].into();
        admin(s).change_tenant(&acme, lists).await.expect("done");
        s.world.clock.advance(Duration::from_secs(31));
        let answer = s.refresh("acme", "app", &newest.refresh).await;
        newest = answer.tokens();
        assert_eq!(answer.json()["scope"], json!(left));
        assert_eq!(claims(&newest.access)["scope"], json!(left));
        let wide = s.post("/oauth/acme/token", &with).await;
        assert_eq!(wide.status.is_success(), known.contains("write"), "{wide:?}");
    }
    // A direct grant as well.
    let code = s.direct_code("acme").await;
    let only = |policy: &mut Policy| policy.direct_scope = "profile".parse().expect("a scope");
    admin(s).change_tenant(&acme, only).await.expect("done");
    let access = s.redeem("acme", &code).await.tokens().access;
    assert_eq!(claims(&access)["scope"], json!("profile"));
    s.redeem("acme", &code).await.assert_rpc(400, &invalid_grant());
}

/// A shorter life is the next token's; another algorithm signs the next one.
pub async fn lifetimes_and_the_algorithm_are_those_of_the_next_token(s: &Stage) {
    let change = |policy: &mut Policy| {
        policy.access_token_lifetime = Duration::from_secs(60);
        policy.signing_alg = SigningAlg::Es256;
    };
    let grant = Grant::begin(s, "acme", Holder::App).await;
    admin(s).change_tenant(&tenant_id("acme"), change).await.expect("done");
    let access = grant.gets_for(60, &grant.first.refresh).await.access;
    for token in [access, backend_asks(s, "acme").await.tokens().access] {
        let said = claims(&token);
        let lives = |name: &str| said[name].as_u64().expect("a time");
        assert_eq!(lives("exp") - lives("iat"), 60);
        assert_eq!(header(&token)["alg"], json!("ES256"));
    }
}
