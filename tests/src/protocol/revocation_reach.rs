//! How far it goes when a client gives up a token (RFC 7009), and what is told of it.

use std::time::Duration;

use futures_util::future::{join, join_all};
use grantry::{
    ports::EventKind,
    types::{EndReason::Revoked, TicketState::Ended, Whose},
};

use super::admin::{admin, backend_asks, subject};
use super::events::{by, told, told_over};
use super::grant::{Grant, Holder};
use super::owner;
use super::revocation::client;
use super::tokens_shown::{REVOKE, assert_done, decide, opens, shows};
use crate::{Stage, Yielding, grant_of, tenant_id};

/// Port contract, `Event`: what was given up is told once, by whom and of which grant; what was given up before
/// is not.
pub async fn what_is_given_up_is_told_once(s: &Stage) {
    let (kept, s) = told(s).await;
    for (holder, by_access) in [(Holder::App, true), (Holder::Backend, false)] {
        let grant = Grant::begin(&s, "acme", holder).await;
        let shown = if by_access { &grant.first.access } else { &grant.first.refresh };
        kept.take();
        for _ in 0..2 {
            assert_done(&shows(&s, REVOKE, client(holder), shown).await);
        }
        let mut event = by(&s, EventKind::Revoked, client(holder));
        event.subject = Some(subject("user-alice"));
        event.grant = Some(grant_of(&grant.first.access));
        assert_eq!(kept.take(), [event]);
    }
    let own = backend_asks(&s, "acme").await.tokens().access;
    kept.take();
    for _ in 0..2 {
        assert_done(&shows(&s, REVOKE, "backend", &own).await);
    }
    assert_eq!(kept.take(), [by(&s, EventKind::Revoked, "backend")]);
}

/// Port contract, `Event`: of many who give up one token at once one has done it.
pub async fn of_all_who_give_up_one_token_one_is_told(s: &Stage) {
    const RUNNERS: usize = 16;
    let stores = Yielding::new(s.world.stores.clone());
    let (kept, s) = told_over(s, stores.stores()).await;
    let own = backend_asks(&s, "acme").await.tokens().access;
    let grant = Grant::begin(&s, "acme", Holder::App).await;
    for (client, shown) in [("backend", own), ("app", grant.first.access)] {
        kept.take();
        stores.gate.close();
        let all = join_all((0..RUNNERS).map(|_| shows(&s, REVOKE, client, &shown)));
        // Each of them saw a token that counts.
        let begin = async {
            stores.gate.holds(RUNNERS).await;
            stores.gate.open();
        };
        let (answers, ()) = join(all, begin).await;
        answers.iter().for_each(assert_done);
        assert_eq!(kept.take().len(), 1, "{client}");
    }
}

/// A tenant need not offer it: then there is no such endpoint, for anybody, and nothing is given up.
pub async fn where_it_is_not_offered_nothing_is_given_up(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::App).await;
    decide(s, |policy| policy.revocation = false).await;
    for (client, shown) in [("app", &*grant.first.refresh), ("nobody", "x")] {
        let answer = shows(s, REVOKE, client, shown).await;
        answer.assert_error(404, "invalid_request", "this endpoint is not available here");
    }
    grant.gets(&grant.first.refresh).await;
    decide(s, |policy| policy.revocation = true).await;
    assert_done(&shows(s, REVOKE, "app", &grant.first.refresh).await);
    grant.is_refused(&grant.first.refresh).await;
}

/// What takes power away is in no stop's way: a disabled user's grant can be given up by its client.
pub async fn a_client_gives_up_the_grant_of_whoever_was_disabled(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::App).await;
    let account = s.world.stores.accounts.by_username(&tenant_id("acme"), "alice").await;
    let mut account = (*account.expect("the store answers").expect("alice")).clone();
    let from = account.version;
    account.disabled = true;
    let written = s.world.stores.accounts.change(&tenant_id("acme"), account, from).await;
    written.expect("the store answers");
    assert_done(&shows(s, REVOKE, "app", &grant.first.refresh).await);
    assert_eq!(grant.row().await.state, Ended(Revoked));
}

/// IR-12, IR-17: one user name, one subject and one client in two tenants are two of each: what is given up, and
/// who is deleted and made anew elsewhere, is so in one.
pub async fn the_same_names_in_another_tenant_are_untouched(s: &Stage) {
    owner::settle_twins(s, "acme", "steady").await;
    let signs_in = async |tenant: &str, password: &str| {
        let user = [("username", owner::TWIN), ("password", password)];
        let parameters = [&[("grant_type", "password"), ("client_id", "app")], &user[..]].concat();
        s.post(&format!("/oauth/{tenant}/token"), &parameters).await.tokens()
    };
    let here = signs_in("acme", owner::PASSWORD).await;
    let there = signs_in("steady", crate::World::PASSWORD).await;
    let any = &s.world.guards.any;
    assert!(opens(any, &here.access).await && opens(any, &there.access).await);
    let twin = subject(&format!("user-{}", owner::TWIN));
    admin(s).end_grants(&tenant_id("steady"), Whose::Subject(twin.clone())).await.expect("done");
    assert!(opens(any, &here.access).await && !opens(any, &there.access).await);
    s.world.clock.advance(Duration::from_secs(1));
    let there = signs_in("steady", crate::World::PASSWORD).await;
    assert_done(&shows(s, REVOKE, "app", &here.refresh).await);
    assert!(!opens(any, &here.access).await && opens(any, &there.access).await);
    // Whoever is deleted here is no other, whose name and subject is the same there.
    let here = signs_in("acme", owner::PASSWORD).await;
    admin(s).delete_user(&tenant_id("acme"), &twin).await.expect("done");
    assert!(!opens(any, &here.access).await && opens(any, &there.access).await);
    assert_eq!(s.get_as("/oauth/steady/userinfo", &here.access).await.status, 401);
    s.refresh("acme", "app", &here.refresh).await.assert_error(
        400,
        "invalid_grant",
        super::grant::REFUSED,
    );
    s.refresh("steady", "app", &there.refresh).await.tokens();
}
