//! Many at once, many times over: exactly one winner, decided by the store.

use std::time::Duration;

use futures_util::future::{join, join_all, join3};
use grantry::types::{ClientId, EndReason, Generation, Ticket, TicketState, Whose};
use tokio::task::yield_now;

use super::admin::{admin, backend_asks, slips_past, subject};
use super::grant::{Grant, Holder};
use super::visitors;
use super::walk::{spa, walk};
use crate::{Browser, Stage, Tokens, claims, grant_of, parameters, tenant_id};

/// How often each race is run.
const ROUNDS: usize = 200;
/// How many run in it.
const RUNNERS: usize = 64;

/// RFC 6749 §4.1.2, TK-02.
pub async fn of_64_redemptions_of_one_code_one_wins_and_the_grant_ends(s: &Stage) {
    for round in 0..ROUNDS {
        let code = s.direct_code("acme").await;
        let answers = join_all((0..RUNNERS).map(|_| s.redeem("acme", &code))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 200);
        assert_eq!((won.len(), lost.len()), (1, RUNNERS - 1), "round {round}");
        for answer in lost {
            assert_eq!(answer.status, 400);
            assert_eq!(answer.json()["details"][0]["reason"], "INVALID_GRANT");
        }
        let winner = won[0].tokens();
        let ticket = s.ticket("acme", &winner.access).await;
        assert_eq!(ticket.state, TicketState::Ended(EndReason::Reused), "round {round}");
        assert_eq!(s.direct_refresh("acme", &winner.refresh).await.status, 400);
    }
}

/// TK-02, RFC 6749 §4.1.2: the same of a code that came through a browser, with its verifier.
pub async fn of_64_redemptions_of_a_clients_code_one_wins(s: &Stage) {
    let browser = Browser::new(s);
    walk(&browser, "acme", &spa()).await.code();
    for round in 0..ROUNDS / 4 {
        let code = browser.authorize("acme", &spa()).await.code();
        let redeem = |_| s.redeem_code("acme", "spa", &code);
        let answers = join_all((0..RUNNERS).map(redeem)).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 200);
        assert_eq!((won.len(), lost.len()), (1, RUNNERS - 1), "round {round}");
        assert!(lost.iter().all(|answer| answer.json()["error"] == "invalid_grant"));
        let winner = won[0].tokens();
        let ticket = s.ticket("acme", &winner.access).await;
        assert_eq!(ticket.state, TicketState::Ended(EndReason::Reused), "round {round}");
        assert_eq!(s.refresh("acme", "spa", &winner.refresh).await.status, 400);
    }
}

/// LG-13: whoever allows and refuses on one page at once has done one of both: the client hears that, it
/// alone is remembered, and whoever came too late reads what happened.
pub async fn of_64_who_allow_and_refuse_on_one_page_one_is_heard(s: &Stage) {
    let browser = Browser::new(s);
    walk(&browser, "acme", &spa()).await.code();
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let spa_id: ClientId = "spa".parse().expect("a client id");
    let count = async || {
        let grants = admin(s).grants(&acme, Whose::Client(spa_id.clone()), None).await;
        let live = |grant: &&Ticket| grant.state == TicketState::Live;
        grants.expect("grants").tickets.iter().filter(live).count()
    };
    for round in 0..ROUNDS / 4 {
        admin(s).end_grants(&acme, Whose::Client(spa_id.clone())).await.expect("done");
        admin(s).forget_consent(&acme, &alice, &spa_id).await.expect("done");
        s.world.clock.advance(Duration::from_secs(1));
        let page = browser.authorize("acme", &spa()).await.page();
        let says = |n: usize| if (n + round).is_multiple_of(2) { "allow" } else { "deny" };
        let answer = async |n| {
            for _ in 0..n % 5 {
                yield_now().await;
            }
            browser.post(&page, &[("action", says(n))]).await
        };
        s.world.events.take();
        let answers = join_all((0..RUNNERS).map(answer)).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 303);
        assert_eq!((won.len(), lost.len()), (1, RUNNERS - 1), "round {round}");
        for answer in lost {
            let late = visitors::page(answer);
            visitors::assert_says(&late, 403, visitors::GONE);
            visitors::assert_says(&late, 403, "it was answered already");
        }
        let heard = parameters(won[0].header("location"));
        let told = s.world.events.take();
        let told: Vec<_> = told.iter().map(|event| event.kind.as_str()).collect();
        let allowed = admin(s).consents(&acme, &alice, None).await.expect("consents").len();
        let kinds = ["allowed", "denied"].map(|kind| told.iter().filter(|k| **k == kind).count());
        match heard.get("code") {
            Some(code) => {
                assert_eq!((kinds, allowed, count().await), ([1, 0], 1, 1), "round {round}");
                assert_eq!(s.redeem_code("acme", "spa", code).await.status, 200);
            }
            None => {
                assert_eq!(heard["error"], "access_denied");
                assert_eq!((kinds, allowed, count().await), ([0, 1], 0, 0), "round {round}");
            }
        }
    }
}

/// RF-01: one rotation, and everybody gets its successor.
pub async fn all_of_64_refreshes_of_one_token_get_the_same_successor(s: &Stage) {
    let Tokens { access, mut refresh } = s.direct_tokens("acme").await;
    for round in 1..=ROUNDS {
        let answers = join_all((0..RUNNERS).map(|_| s.direct_refresh("acme", &refresh))).await;
        let mut successors: Vec<_> = answers.iter().map(|answer| answer.tokens().refresh).collect();
        successors.sort_unstable();
        successors.dedup();
        assert_eq!(successors.len(), 1, "round {round}");
        assert_ne!(successors[0], refresh, "round {round}: rotated");
        refresh = successors.remove(0);
        let rotations = u32::try_from(round).expect("few rounds");
        let ticket = s.ticket("acme", &access).await;
        assert_eq!(ticket.generation, Generation(1 + rotations), "one rotation a round");
        s.world.clock.advance(Duration::from_secs(31));
    }
}

/// RF-07: a grant that is ended while others refresh it is ended: once that is answered, no token
/// of it works, whichever came in between.
pub async fn a_grant_that_ends_while_it_is_refreshed_stays_ended(s: &Stage) {
    let acme = tenant_id("acme");
    let grant = Grant::begin(s, "acme", Holder::App).await;
    let fresh = grant.row().await;
    let whose = Whose::One(grant_of(&grant.first.access));
    for round in 0..ROUNDS {
        let refresh = |_| s.refresh("acme", "app", &grant.first.refresh);
        let before = join_all((0..round % 17).map(refresh));
        let end = async {
            for _ in 0..round % 7 {
                yield_now().await;
            }
            admin(s).end_grants(&acme, whose.clone()).await.expect("done")
        };
        let after = join_all((round % 17..16).map(refresh));
        let (before, ended, after) = join3(before, end, after).await;
        let answers = before.into_iter().chain(after);
        assert_eq!(ended, 1, "round {round}");
        let (won, lost): (Vec<_>, Vec<_>) = answers.partition(|a| a.status == 200);
        lost.iter().for_each(|answer| Holder::App.assert_refused(answer));
        assert_eq!(grant.row().await.state, TicketState::Ended(EndReason::Revoked), "{round}");
        grant.is_refused(&grant.first.refresh).await;
        for answer in won.iter().take(1) {
            grant.is_refused(&answer.tokens().refresh).await;
        }
        slips_past(&grant, &fresh).await;
    }
}

/// TN-09: many at once of several tenants and clients: everybody gets their own answer, since
/// nothing of a request is kept where another one can find it.
pub async fn everybody_gets_their_own_answer(s: &Stage) {
    let mut grants = Vec::new();
    for tenant in ["acme", "strict", "globex"] {
        for holder in [Holder::App, Holder::Backend] {
            grants.push(Grant::begin(s, tenant, holder).await);
        }
    }
    let mut newest: Vec<_> = grants.iter().map(|grant| grant.first.refresh.clone()).collect();
    for round in 0..ROUNDS {
        let refreshes = grants.iter().zip(&newest);
        let refreshes =
            refreshes.map(|(grant, token)| grant.holder.presents(s, grant.tenant, token));
        let alone = ["acme", "strict", "globex"].map(|tenant| backend_asks(s, tenant));
        let (refreshed, alone) = join(join_all(refreshes), join_all(alone)).await;
        newest.clear();
        for (grant, answer) in grants.iter().zip(refreshed) {
            let tokens = answer.tokens();
            let client = if grant.holder == Holder::App { "app" } else { "backend" };
            assert_says(&tokens, grant.tenant, client, "user-alice");
            assert_eq!(grant_of(&tokens.access), grant_of(&grant.first.access), "round {round}");
            newest.push(tokens.refresh);
        }
        for (tenant, answer) in ["acme", "strict", "globex"].into_iter().zip(alone) {
            assert_says(&answer.tokens(), tenant, "backend", "backend");
        }
    }
}

#[track_caller]
fn assert_says(tokens: &Tokens, tenant: &str, client: &str, subject: &str) {
    let said = claims(&tokens.access);
    assert_eq!(said["iss"], format!("https://id.example.com/oauth/{tenant}"));
    assert_eq!((&said["client_id"], &said["sub"]), (&client.into(), &subject.into()));
}
