//! Clients give up what they were given (RFC 7009).

use std::{sync::Arc, time::Duration};

use grantry::{
    ports::Stores,
    types::{EndReason::Revoked, TicketState::Ended, Whose},
};

use super::admin::{admin, backend_asks};
use super::direct::{beside, forged};
use super::grant::{Grant, Holder, whole};
use super::read_only::ReadOnly;
use super::tokens_shown::{
    REVOKE, assert_done, down, is_active, is_shown_strictly, opens, shows, shows_with,
};
use super::visitors::tokens_for;
use crate::{Browser, Stage, grant_of, tenant_id};

pub(super) fn client(holder: Holder) -> &'static str {
    match holder {
        Holder::Direct => "direct",
        Holder::App => "app",
        Holder::Backend => "backend",
    }
}

/// IR-08, IR-10, RFC 7009 §2.1: whichever token a client gives up, confidential or public, the grant is over,
/// and with it every token that came of it.
pub async fn either_token_gives_up_the_whole_grant(s: &Stage) {
    let door = &s.world.guards.acme;
    for holder in [Holder::App, Holder::Backend] {
        for by_access in [true, false] {
            let grant = Grant::begin(s, "acme", holder).await;
            let next = grant.gets(&grant.first.refresh).await;
            let sibling = Grant::begin(s, "acme", holder).await;
            assert!(opens(door, &next.access).await && opens(door, &grant.first.access).await);
            let shown = if by_access { &grant.first.access } else { &next.refresh };
            assert_done(&shows(s, REVOKE, client(holder), shown).await);
            assert_eq!(grant.row().await.state, Ended(Revoked));
            for dead in [&grant.first.access, &next.access] {
                assert!(!opens(door, dead).await);
                assert_eq!(s.get_as("/oauth/acme/userinfo", dead).await.status, 401);
            }
            for dead in [&grant.first.refresh, &next.refresh] {
                grant.is_refused(dead).await;
            }
            // RF-14: the user's other grants are none of it.
            assert!(opens(door, &sibling.first.access).await);
            sibling.gets(&sibling.first.refresh).await;
            // Once more is once more.
            assert_done(&shows(s, REVOKE, client(holder), shown).await);
        }
    }
}

/// RFC 7009 §2.1: a refresh token that was replaced long ago names its grant all the same, and so does one whose
/// answer was lost.
pub async fn an_old_refresh_token_gives_up_the_grant(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::App).await;
    let mut newest = grant.first.refresh.clone();
    for _ in 0..3 {
        s.world.clock.advance(Duration::from_secs(31));
        newest = grant.gets(&newest).await.refresh;
    }
    assert_done(&shows(s, REVOKE, "app", &grant.first.refresh).await);
    assert_eq!(grant.row().await.state, Ended(Revoked));
    grant.is_refused(&newest).await;
}

/// RFC 7009 §2.1: a token of a client on its own behalf has no grant; this one counts no more wherever anybody
/// asks, until it would have expired, and the others do.
pub async fn a_clients_own_token_alone_counts_no_more(s: &Stage) {
    let (door, offline) = (&s.world.guards.acme, &s.world.guards.offline);
    let own = async || backend_asks(s, "acme").await.tokens().access;
    let (given_up, kept) = (own().await, own().await);
    assert!(opens(door, &given_up).await && is_active(s, "backend", &given_up).await);
    assert_done(&shows(s, REVOKE, "backend", &given_up).await);
    for _ in 0..2 {
        assert!(!opens(door, &given_up).await && !opens(&s.world.guards.any, &given_up).await);
        assert!(!is_active(s, "backend", &given_up).await);
        assert!(opens(offline, &given_up).await, "where nobody asks it counts");
        assert!(opens(door, &kept).await && is_active(s, "backend", &kept).await);
        // The last second in which it could count.
        s.world.clock.advance(Duration::from_secs(3599));
    }
    assert!(opens(door, &own().await).await);
}

/// IR-07, RFC 7009 §2.2: what is somebody else's, another tenant's, no token or no token of this kind: the same
/// answer to all, nothing changes, and nothing is told.
pub async fn what_is_somebody_elses_stays_and_nobody_learns_whose(s: &Stage) {
    let browser = Browser::new(s);
    let visit = tokens_for(&browser, "alice", "spa", &[]).await;
    let code = super::visitors::code_for(&browser, "alice", "spa", &[]).await;
    let app = Grant::begin(s, "acme", Holder::App).await;
    let direct = Grant::begin(s, "acme", Holder::Direct).await;
    let backend = Grant::begin(s, "acme", Holder::Backend).await;
    let elsewhere = Grant::begin(s, "steady", Holder::Backend).await;
    let alone = backend_asks(s, "acme").await.tokens().access;
    let foreign = backend_asks(s, "steady").await.tokens().access;
    let id_token = visit.json()["id_token"].as_str().expect("an ID token").to_owned();
    let dead = Grant::begin(s, "acme", Holder::Backend).await;
    let whose = Whose::One(grant_of(&dead.first.access));
    admin(s).end_grants(&tenant_id("acme"), whose).await.expect("done");
    let rows = async || {
        let tickets = &s.world.stores.tickets;
        let acme = tickets.list(&tenant_id("acme"), Whose::Tenant, None).await;
        let steady = tickets.list(&tenant_id("steady"), Whose::Tenant, None).await;
        [acme.expect("the store answers"), steady.expect("the store answers")]
    };
    let (before, random) = (rows().await, shows(s, REVOKE, "backend", "x").await);
    assert_done(&random);
    s.world.events.take();
    let others = [
        &app.first.access,
        &app.first.refresh,
        &direct.first.access,
        &direct.first.refresh,
        &elsewhere.first.access,
        &elsewhere.first.refresh,
        &foreign,
        &code,
        &id_token,
        &dead.first.access,
        &dead.first.refresh,
        &forged(&backend.first.refresh),
        &format!("{}A", backend.first.access),
        s.world.secret("acme", "backend"),
    ];
    for shown in others {
        let answer = shows(s, REVOKE, "backend", shown).await;
        assert_eq!(whole(&answer), whole(&random), "{shown}");
    }
    // Nor does anybody who proves nothing give up what a confidential client holds.
    for shown in [&backend.first.access, &backend.first.refresh, &alone] {
        assert_eq!(whole(&shows(s, REVOKE, "app", shown).await), whole(&random));
    }
    assert_eq!(s.world.events.take(), []);
    assert_eq!(rows().await, before);
    let door = &s.world.guards.acme;
    for lives in [&app.first.access, &direct.first.access, &backend.first.access, &alone] {
        assert!(opens(door, lives).await);
    }
    s.redeem_code("acme", "spa", &code).await.tokens();
    elsewhere.gets(&elsewhere.first.refresh).await;
}

/// IR-11, RFC 7009 §2.1: a hint is a hint.
pub async fn a_wrong_hint_finds_the_token_all_the_same(s: &Stage) {
    for hint in ["access_token", "refresh_token", "id_token", "nonsense", ""] {
        for by_access in [true, false] {
            let grant = Grant::begin(s, "acme", Holder::App).await;
            let shown = if by_access { &grant.first.access } else { &grant.first.refresh };
            let parameters = [("token", &**shown), ("token_type_hint", hint)];
            assert_done(&shows_with(s, REVOKE, "app", &parameters).await);
            assert_eq!(grant.row().await.state, Ended(Revoked), "{hint}");
        }
        let own = backend_asks(s, "acme").await.tokens().access;
        let parameters = [("token", &*own), ("token_type_hint", hint)];
        assert_done(&shows_with(s, REVOKE, "backend", &parameters).await);
        assert!(!opens(&s.world.guards.acme, &own).await, "{hint}");
    }
}

/// IR-09, RFC 7009 §2.2.1: where it is not known whether a token is given up, nobody says that it is.
pub async fn a_store_that_does_not_answer_gives_up_nothing(s: &Stage) {
    let own = || s.world.stores.clone();
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    let alone = backend_asks(s, "acme").await.tokens().access;
    let (access, refresh) = (&grant.first.access, &grant.first.refresh);
    for (stores, asked) in [
        (Stores { tenants: down(), ..own() }, &[access, refresh, &alone][..]),
        (Stores { clients: down(), ..own() }, &[access, refresh, &alone]),
        (Stores { key_records: down(), ..own() }, &[access, refresh, &alone]),
        (Stores { tickets: down(), ..own() }, &[access, refresh]),
        (Stores { tickets: Arc::new(ReadOnly(own().tickets)), ..own() }, &[access, refresh]),
        (Stores { jwt_ids: down(), ..own() }, &[&alone]),
    ] {
        let broken = beside(s, stores, |builder| builder).await;
        for shown in asked {
            let answer = shows(&broken, REVOKE, "backend", shown).await;
            answer.assert_error(503, "temporarily_unavailable", "try again later");
            assert_eq!(answer.header("retry-after"), "1");
        }
    }
    assert!(opens(&s.world.guards.acme, access).await && opens(&s.world.guards.acme, &alone).await);
    grant.gets(refresh).await;
}

/// RFC 7009 §2: by POST, in the form, by a client that proves itself as at the token endpoint.
pub async fn a_token_is_given_up_in_one_way(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    is_shown_strictly(s, REVOKE, &grant.first.refresh).await;
    grant.gets(&grant.first.refresh).await;
    // By either method, where the client has both.
    for by_post in [true, false] {
        let grant = Grant::begin(s, "acme", Holder::Backend).await;
        let token = ("token", &*grant.first.refresh);
        let own =
            [token, ("client_id", "backend"), ("client_secret", s.world.secret("acme", "backend"))];
        match by_post {
            true => assert_done(&s.post(REVOKE, &own).await),
            false => assert_done(&shows(s, REVOKE, "backend", token.1).await),
        }
        assert_eq!(grant.row().await.state, Ended(Revoked));
    }
}
