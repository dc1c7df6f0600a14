//! What one node stops, the other refuses: at once when it has heard, and within half a second when it cannot
//! hear (F-40).

use std::time::Duration;

use grantry::{
    CacheConfig, KeyKind, KeyRotation, MemoryStore, Server,
    types::{GrantType, Policy, TenantId, Whose},
};
use grantry_conformance::{Shared, Stage, tenant_id};
use tokio::time::advance;

use crate::pair::{Pair, ask, assert_refused, client, disable, passes};

const HALF_A_SECOND: Duration = Duration::from_millis(500);
const MOMENT: Duration = Duration::from_millis(1);

#[tokio::test]
async fn f_40_a_client_that_one_node_stopped_is_refused_at_the_other_when_it_has_heard() {
    let p = Pair::new().await;
    let token = ask(&p.there, "backend").await.tokens().access;
    assert!(passes(&p.there, &token).await);
    p.settle().await;
    assert_eq!(ask(&p.there, "backend").await.status, 200);
    let read = (p.there_has.tenants.take(), p.there_has.clients.take(), p.there_has.keys.take());
    assert_eq!(read, (0, 0, 0), "what is remembered is not read");
    disable(&p.here, "backend").await;
    p.there_has.line.settled().await;
    assert_refused(&ask(&p.there, "backend").await);
    assert!(!passes(&p.there, &token).await);
    // Others of the tenant are as they were.
    assert_eq!(ask(&p.there, "basic-only").await.status, 200);
    assert_refused(&ask(&p.here, "backend").await);
}

#[tokio::test]
async fn f_40_servers_that_share_one_value_of_stores_all_hear() {
    let p = Pair::new().await;
    let all = [p.beside_there().await, p.beside_there().await];
    for id in ["backend", "basic-only"] {
        for stage in all.iter().chain([&p.there]) {
            ask(stage, id).await.tokens();
        }
        disable(&p.here, id).await;
        p.there_has.line.settled().await;
        for stage in all.iter().chain([&p.there]) {
            assert_refused(&ask(stage, id).await);
        }
    }
}

#[tokio::test]
async fn f_40_a_tenant_that_one_node_stopped_is_refused_at_the_other_when_it_has_heard() {
    let p = Pair::new().await;
    let token = ask(&p.there, "backend").await.tokens().access;
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    admin.disable_tenant(&acme).await.unwrap();
    p.there_has.line.settled().await;
    assert_eq!(ask(&p.there, "backend").await.status, 400);
    assert!(!passes(&p.there, &token).await);
    admin.enable_tenant(&acme).await.unwrap();
    p.there_has.line.settled().await;
    assert_eq!(ask(&p.there, "backend").await.status, 200);
    assert!(!passes(&p.there, &token).await, "what was stopped stays so");
    admin.delete_tenant(&acme).await.unwrap();
    p.there_has.line.settled().await;
    assert_eq!(ask(&p.there, "backend").await.status, 404);
    assert_eq!(p.there.get("/oauth/acme/jwks.json", &[]).await.status, 404);
}

#[tokio::test]
async fn f_40_with_the_line_cut_nothing_is_believed_for_longer_than_half_a_second() {
    let p = Pair::new().await;
    ask(&p.there, "backend").await.tokens();
    let token = ask(&p.there, "basic-only").await.tokens().access;
    p.there_has.line.cut();
    p.there_has.line.noticed().await;
    p.there_has.clients.take();
    // What was known before it was noticed is forgotten.
    assert_eq!(ask(&p.there, "backend").await.status, 200);
    assert!(passes(&p.there, &token).await);
    assert_eq!(p.there_has.clients.take(), 2);
    disable(&p.here, "backend").await;
    disable(&p.here, "basic-only").await;
    advance(HALF_A_SECOND).await;
    assert_eq!(ask(&p.there, "backend").await.status, 200, "this is the bound");
    advance(MOMENT).await;
    assert_refused(&ask(&p.there, "backend").await);
    assert!(!passes(&p.there, &token).await);
    // Clocks that step change nothing.
    p.there.world.clock.step_back(Duration::from_secs(3600));
    assert_refused(&ask(&p.there, "backend").await);
}

#[tokio::test]
async fn f_40_what_was_missed_is_known_as_soon_as_words_come_again() {
    let p = Pair::new().await;
    p.there_has.line.cut();
    p.there_has.line.noticed().await;
    assert_eq!(ask(&p.there, "backend").await.status, 200);
    disable(&p.here, "backend").await;
    // The first word is of somebody else.
    p.there_has.line.mend();
    let globex = tenant_id("globex");
    let offered = |policy: &mut Policy| {
        policy.grants.remove(&GrantType::Password);
    };
    p.here.world.server.admin().change_tenant(&globex, offered).await.unwrap();
    p.there_has.line.settled().await;
    assert_refused(&ask(&p.there, "backend").await);
}

#[tokio::test]
async fn a_line_that_stays_quiet_for_two_seconds_is_believed_again() {
    let p = Pair::new().await;
    p.there_has.line.cut();
    p.there_has.line.noticed().await;
    p.there_has.line.mend();
    tokio::time::sleep(Duration::from_millis(2_300)).await;
    ask(&p.there, "backend").await.tokens();
    p.there_has.clients.take();
    advance(HALF_A_SECOND * 90).await;
    ask(&p.there, "backend").await.tokens();
    assert_eq!(p.there_has.clients.take(), 0);
}

#[tokio::test]
async fn f_40_what_nobody_told_of_is_believed_for_a_minute_at_most() {
    let p = Pair::new().await;
    assert_eq!(ask(&p.there, "backend").await.status, 200);
    p.there_has.line.deafen();
    disable(&p.here, "backend").await;
    advance(Duration::from_secs(60) + MOMENT).await;
    assert_refused(&ask(&p.there, "backend").await);
}

#[tokio::test]
async fn f_39_a_grant_that_one_node_ended_is_dead_at_the_other_at_once() {
    let p = Pair::in_real_time().await;
    let tokens = p.there.tokens("acme", "app").await;
    assert!(passes(&p.there, &tokens.access).await);
    p.there_has.line.hold();
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    admin.end_grants(&acme, Whose::Client(client("app"))).await.unwrap();
    assert!(!passes(&p.there, &tokens.access).await);
    assert_eq!(p.there.refresh("acme", "app", &tokens.refresh).await.status, 400);
}

#[tokio::test]
async fn keys_that_one_node_replaced_are_gone_at_the_other_when_it_has_heard() {
    let p = Pair::new().await;
    let jwks = async |stage: &Stage| stage.get("/oauth/acme/jwks.json", &[]).await.json();
    let token = ask(&p.there, "backend").await.tokens().access;
    let old = jwks(&p.there).await;
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    admin.rotate_keys(&acme, KeyKind::Signing, KeyRotation::AtOnce).await.unwrap();
    p.there_has.line.settled().await;
    assert_ne!(jwks(&p.there).await, old);
    assert_eq!(jwks(&p.there).await, jwks(&p.here).await);
    assert!(!passes(&p.there, &token).await);
}

#[tokio::test]
async fn a_node_that_has_not_heard_yet_still_administers_the_newest_rows() {
    let p = Pair::new().await;
    let (acme, backend): (TenantId, _) = (tenant_id("acme"), client("backend"));
    ask(&p.there, "backend").await.tokens();
    p.there_has.line.hold();
    let (here, there) = (p.here.world.server.admin(), p.there.world.server.admin());
    for scope in ["read", "read write", "write"] {
        here.change_client(&acme, &backend, |row| row.scope = scope.parse().unwrap())
            .await
            .unwrap();
        let seen = there.client(&acme, &backend).await.unwrap().unwrap();
        assert_eq!(seen.scope.as_str(), scope);
        there.change_client(&acme, &backend, |row| row.default_scope = None).await.unwrap();
        there.change_tenant(&acme, |policy| policy.retry_window += MOMENT).await.unwrap();
        here.change_tenant(&acme, |policy| policy.retry_window -= MOMENT).await.unwrap();
        // Who wrote knows at once, whatever the line does.
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let secret = p.there.world.secret("acme", "backend");
        let answer = p.there.post_basic("/oauth/acme/token", "backend", secret, &form).await;
        assert_eq!(answer.json()["scope"], scope, "{answer:?}");
    }
}

#[tokio::test]
async fn what_a_node_wrote_it_knows_also_where_it_does_not_know_that_it_wrote() {
    let p = Pair::new().await;
    assert_eq!(ask(&p.here, "backend").await.status, 200);
    p.here_has.line.deafen();
    p.here_has.lose_answers(true);
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    assert!(admin.disable_client(&acme, &client("backend")).await.is_err());
    assert_refused(&ask(&p.here, "backend").await);
    let old = p.here.get("/oauth/acme/jwks.json", &[]).await.json();
    assert!(admin.rotate_keys(&acme, KeyKind::Signing, KeyRotation::AtOnce).await.is_err());
    assert_ne!(p.here.get("/oauth/acme/jwks.json", &[]).await.json(), old);
}

#[tokio::test]
async fn a_server_that_was_closed_believes_nothing_for_long() {
    let p = Pair::new().await;
    assert_eq!(ask(&p.there, "backend").await.status, 200);
    p.there.world.server.close().await;
    disable(&p.here, "backend").await;
    assert_refused(&ask(&p.there, "backend").await);
}

#[tokio::test]
async fn a_store_that_tells_of_no_changes_is_asked_each_time() {
    let shared = Shared::over(MemoryStore::default());
    let node = shared.node();
    let mut stores = node.stores();
    stores.changes = None;
    let mut config = CacheConfig::default();
    config.lifetime = Duration::from_secs(3600);
    let server = Server::builder("https://id.example.com/oauth/{tenant}")
        .store(stores)
        .cache(config)
        .tenant("acme", Policy::new("https://api.example.com".parse().unwrap()))
        .build()
        .await
        .unwrap();
    node.tenants.take();
    for _ in 0..3 {
        let request = http::Request::get("/oauth/acme/jwks.json").body(Default::default()).unwrap();
        assert_eq!(server.handle(request).await.status(), 200);
        assert_eq!(node.tenants.take(), 1);
    }
}
