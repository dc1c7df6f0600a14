//! Tenants are alone: what is one's is nothing to another.

use std::time::Duration;

use grantry::{
    ports::{Change, Clock},
    types::{Policy, Tenant},
};

use super::direct::{ask, assert_alike, forged, invalid_grant};
use crate::{
    ALICE, Answer, Bare, Driver, PASSWORD, Stage, World, alice_asks_for_a_code, claims, get, query,
    rpc, tenant_id,
};

/// TN-01, TK-06: equal to a random string, and the grant unharmed.
pub async fn a_code_of_another_tenant_is_a_random_string(s: &Stage) {
    let code = s.direct_code("acme").await;
    let random = forged(&code);
    for tenant in ["strict", "ecdsa", "codes-only"] {
        let (own, other) = (s.redeem(tenant, &code).await, s.redeem(tenant, &random).await);
        own.assert_rpc(400, &invalid_grant());
        assert_alike(&[own, other]);
    }
    s.redeem("acme", &code).await.tokens();
}

/// TN-01: equal to a random string, also when it was replaced long ago, and the grant unharmed.
pub async fn a_refresh_token_of_another_tenant_is_a_random_string(s: &Stage) {
    let old = s.direct_tokens("acme").await.refresh;
    let new = s.direct_refresh("acme", &old).await.tokens().refresh;
    s.world.clock.advance(Duration::from_secs(31));
    let random = forged(&new);
    for tenant in ["strict", "steady", "listed"] {
        let mut answers = Vec::new();
        for token in [&old, &new, &random] {
            answers.push(s.direct_refresh(tenant, token).await);
        }
        answers[0].assert_rpc(400, &invalid_grant());
        assert_alike(&answers);
    }
    s.direct_refresh("acme", &new).await.tokens();
}

/// TN-01: users of one name are two, and their tokens say whose.
pub async fn each_tenant_issues_for_itself(s: &Stage) {
    for tenant in ["acme", "strict"] {
        let said = claims(&s.direct_tokens(tenant).await.access);
        assert_eq!(said["iss"], format!("https://id.example.com/oauth/{tenant}"));
    }
}

/// TN-01: the world's keys are given; these are drawn.
pub async fn no_two_tenants_share_a_key(s: &Stage) {
    let mut all = Vec::new();
    for id in ["first", "second"] {
        let policy = Policy::new(World::AUDIENCE.parse().expect("an audience"));
        s.world.server.admin().create_tenant(id, policy).await.expect("a tenant");
        let keys = s.get(&format!("/oauth/{id}/jwks.json"), &[]).await.json();
        let keys = keys["keys"].as_array().expect("keys").clone();
        assert!(!keys.is_empty(), "{id}");
        all.extend(
            keys.iter()
                .map(|key| (key["kid"].to_string(), [key["x"].to_string(), key["n"].to_string()])),
        );
    }
    for (n, (kid, point)) in all.iter().enumerate() {
        let others = &all[n + 1..];
        assert!(others.iter().all(|other| other.0 != *kid && other.1 != *point), "{all:?}");
    }
}

/// TN-03, TN-04: one answer for every id that names nobody.
pub async fn every_id_that_names_no_tenant_is_answered_alike(s: &Stage) {
    let (longest, longer) = ("x".repeat(63), "x".repeat(300));
    let ids = "nobody ACME Acme acme. .acme -acme _acme ac..me acme%2F %61cme acme%00 acme%20 ~acme \
               %C3%A4 acme;x=1 acme,globex * .well-known acme%2Fglobex";
    let ids = ids.split(' ').chain(["", &longest, &longer]);
    let mut answers = Vec::new();
    for id in ids {
        let code = query(&alice_asks_for_a_code());
        answers.extend(ask(s, id, "authorize", &code).await);
        let password = query(&[("grant_type", "password"), ALICE, PASSWORD]);
        answers.extend(ask(s, id, "token", &password).await);
    }
    answers[0].assert_rpc(404, &rpc(5, "UNKNOWN_TENANT", "there is no such tenant", &[]));
    assert_alike(&answers);
}

/// TN-03: dots that clients fold away themselves, so that they are sent by the bare driver.
pub async fn dots_lead_nowhere(s: &Stage) {
    let bare = Bare(s.world.server.clone());
    for id in ["..", ".", "%2e%2e", "%2E", "..%2facme", "acme%2f.."] {
        for endpoint in ["authorize", "token"] {
            let answer: Answer =
                bare.send(get(&format!("/oauth/{id}/{endpoint}?x=1"))).await.into();
            let unknown = rpc(5, "UNKNOWN_TENANT", "there is no such tenant", &[]);
            answer.assert_rpc(404, &unknown);
        }
    }
}

/// TN-06: a disabled tenant issues nothing and ends nothing; its keys stay.
pub async fn a_disabled_tenant_issues_nothing(s: &Stage) {
    let (code, refresh) = (s.direct_code("acme").await, s.direct_tokens("acme").await.refresh);
    rewrite(s, |tenant| tenant.disabled = true).await;
    let denied = rpc(7, "UNAUTHORIZED_CLIENT", "the tenant is disabled", &[]);
    s.redeem("acme", &code).await.assert_rpc(403, &denied);
    s.direct_refresh("acme", &refresh).await.assert_rpc(403, &denied);
    for password in [World::PASSWORD, "looking-glass"] {
        let user = [ALICE, ("password", password)];
        let asked = query(&[&[("grant_type", "password")][..], &user].concat());
        for answer in ask(s, "acme", "token", &asked).await {
            answer.assert_rpc(403, &denied);
        }
        let rest = [("response_type", "code"), ("redirect_uri", World::REDIRECT)];
        for answer in ask(s, "acme", "authorize", &query(&[user, rest].concat())).await {
            answer.assert_rpc(403, &denied);
        }
    }
    assert_eq!(s.get("/oauth/acme/jwks.json", &[]).await.status, 200);
    rewrite(s, |tenant| tenant.disabled = false).await;
    s.redeem("acme", &code).await.tokens();
    s.direct_refresh("acme", &refresh).await.tokens();
}

/// Design, "Ending many": what was authenticated before is dead, what comes after is not.
pub async fn a_tenants_not_before_ends_what_is_older(s: &Stage) {
    let (code, refresh) = (s.direct_code("acme").await, s.direct_tokens("acme").await.refresh);
    s.world.clock.advance(Duration::from_millis(1));
    let now = s.world.clock.now();
    rewrite(s, |tenant| tenant.not_before = now).await;
    s.redeem("acme", &code).await.assert_rpc(400, &invalid_grant());
    s.direct_refresh("acme", &refresh).await.assert_rpc(400, &invalid_grant());
    let fresh = s.direct_tokens("acme").await.refresh;
    s.direct_refresh("acme", &fresh).await.tokens();
}

/// Changes acme behind the server's back.
async fn rewrite(s: &Stage, change: impl FnOnce(&mut Tenant)) {
    let (tenants, acme) = (&s.world.stores.tenants, tenant_id("acme"));
    let old = tenants.read(&acme).await.expect("the store answers").expect("a tenant");
    let mut new = (*old).clone();
    change(&mut new);
    new.version = old.version.next();
    assert_eq!(tenants.change(new, old.version).await.expect("the store answers"), Change::Written);
    s.world.told(&acme).await;
}
