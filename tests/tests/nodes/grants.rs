//! Nothing lasts that a node issued by rows that another node had changed (F-40).

use std::time::Duration;

use grantry::{
    ports::EventKind,
    types::{GrantType, Whose},
};
use grantry_conformance::{ALICE, PASSWORD, tenant_id};

use crate::pair::{Pair, ask, client, disable, passes};

#[tokio::test]
async fn f_40_a_grant_that_rests_on_old_rows_is_not_handed_out() {
    let p = Pair::in_real_time().await;
    p.there.tokens("acme", "app").await;
    p.there_has.line.hold();
    disable(&p.here, "app").await;
    p.there.world.events.take();
    let form = [("grant_type", "password"), ALICE, PASSWORD, ("client_id", "app")];
    let answer = p.there.post("/oauth/acme/token", &form).await;
    answer.assert_error(503, "temporarily_unavailable", "try again later");
    // It was written, and has ended.
    let events = p.there.world.events.take();
    let issued = events.iter().find(|event| event.kind == EventKind::Issued(GrantType::Password));
    let (acme, id) = (tenant_id("acme"), issued.unwrap().grant.unwrap());
    let ticket = p.here.world.stores.tickets.read(&acme, id).await.unwrap().unwrap();
    assert!(!ticket.is_live(ticket.changed_at));
    // Whoever asks again is judged by the newest rows, though no word has come.
    assert_eq!(p.there.post("/oauth/acme/token", &form).await.status, 401);
}

#[tokio::test]
async fn f_40_a_code_that_rests_on_old_rows_of_the_tenant_is_not_handed_out() {
    let p = Pair::in_real_time().await;
    p.there.direct_code("acme").await;
    p.there_has.line.hold();
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    admin.end_grants(&acme, Whose::Tenant).await.unwrap();
    let asked = grantry_conformance::alice_asks_for_a_code();
    assert_eq!(p.there.get("/oauth/acme/authorize", &asked).await.status, 503);
}

#[tokio::test]
async fn f_40_what_a_client_got_while_it_was_stopped_is_dead_when_it_is_started_again() {
    let p = Pair::new().await;
    ask(&p.there, "backend").await.tokens();
    p.there_has.line.hold();
    disable(&p.here, "backend").await;
    p.here.world.clock.advance(Duration::from_millis(1_900));
    let slipped = ask(&p.there, "backend").await.tokens().access;
    p.here.world.clock.advance(Duration::from_secs(60));
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    admin.enable_client(&acme, &client("backend")).await.unwrap();
    p.there_has.line.deliver();
    p.there_has.line.settled().await;
    assert!(!passes(&p.there, &slipped).await);
    let token = ask(&p.there, "backend").await.tokens().access;
    assert!(passes(&p.there, &token).await);
    // The same for a tenant.
    p.there_has.line.hold();
    admin.disable_tenant(&acme).await.unwrap();
    p.here.world.clock.advance(Duration::from_millis(1_900));
    let slipped = ask(&p.there, "backend").await.tokens().access;
    p.here.world.clock.advance(Duration::from_secs(60));
    admin.enable_tenant(&acme).await.unwrap();
    p.there_has.line.deliver();
    p.there_has.line.settled().await;
    assert!(!passes(&p.there, &slipped).await);
}
