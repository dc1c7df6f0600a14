//! What a presented code or refresh token comes to: the answer, and the row. Beside the answers of
//! each outcome, [`windows`](super::windows) has their times, [`strangers`](super::strangers) who
//! may present, and [`lifetimes`](super::lifetimes) how long a grant lives.

use std::time::Duration;

use grantry::types::{
    EndReason::{Reused, RolledBack},
    Generation, Ticket,
    TicketState::{Ended, Live},
    Timestamp, Version, Whose,
};

use super::grant::{Grant, Holder, REFUSED, now};
use crate::{Stage, rpc, tenant_id};

const WINDOW: Duration = Duration::from_secs(30);

/// The only row of Alice.
async fn only_row(s: &Stage) -> Ticket {
    let whose = Whose::Subject("user-alice".parse().expect("a subject"));
    let page = s.world.stores.tickets.list(&tenant_id("acme"), whose, None).await;
    let mut all = page.expect("the store answers").tickets;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Row *redeemed*, RFC 6749 §4.1.3: the code becomes the first refresh token, on one row.
pub async fn a_code_is_redeemed_to_the_first_refresh_token(s: &Stage) {
    let code = s.direct_code("acme").await;
    let issued = only_row(s).await;
    assert_eq!((issued.generation, issued.state), (Generation(0), Live));
    assert_eq!(issued.expires_at, now(s).plus(Duration::from_secs(60)));

    let first = Holder::Direct.assert_granted(&s.redeem("acme", &code).await, 3600);
    let grant = Grant { s, tenant: "acme", holder: Holder::Direct, first };
    let redeemed = grant.stands(1, Live, Timestamp::EPOCH).await;
    assert_eq!((redeemed.id, redeemed.version), (issued.id, Version(1)));
    assert!(redeemed.refreshable && !issued.refreshable);
    assert_eq!(only_row(s).await, redeemed);
}

/// Row *rotated*, RFC 9700 §4.14.2: using the newest token replaces it.
pub async fn the_newest_token_is_replaced_by_its_successor(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let begun = grant.stands(1, Live, Timestamp::EPOCH).await;
        let second = grant.gets(&grant.first.refresh).await;
        assert_ne!(second.refresh, grant.first.refresh);
        assert_ne!(second.access, grant.first.access);
        let rotated = grant.stands(2, Live, now(s)).await;
        assert_eq!((begun.version, rotated.version), (Version(0), Version(1)));

        s.world.clock.advance(WINDOW);
        let third = grant.gets(&second.refresh).await;
        assert_ne!(third.refresh, second.refresh);
        grant.stands(3, Live, now(s)).await;
    }
}

/// Row *held*: at most one rotation in a window, whoever else refreshes in it.
pub async fn the_newest_token_is_answered_again_within_a_window_of_its_rotation(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        let rotated_at = now(s);
        for _ in 0..2 {
            let again = grant.gets(&second.refresh).await;
            assert_eq!(again.refresh, second.refresh);
            assert_ne!(again.access, second.access, "a fresh one");
            grant.stands(2, Live, rotated_at).await;
            s.world.clock.advance(WINDOW / 2);
        }
    }
}

/// Row *retried*, P4: whoever lost the answer asks again and gets the same successor.
pub async fn a_retry_within_the_window_gets_the_same_successor(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        let rotated_at = now(s);
        for pause in [Duration::ZERO, WINDOW - Duration::from_millis(1)] {
            s.world.clock.advance(pause);
            let again = grant.gets(&grant.first.refresh).await;
            assert_eq!(again.refresh, second.refresh);
            assert_ne!(again.access, second.access, "a fresh one");
            grant.stands(2, Live, rotated_at).await;
        }
    }
}

/// Row *retried*: a late retry of a client that proved itself can only be its own.
pub async fn a_late_retry_of_a_client_that_authenticated_is_no_theft(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    let second = grant.gets(&grant.first.refresh).await;
    let rotated_at = now(s);
    for pause in [WINDOW, Duration::from_secs(20 * 24 * 3600)] {
        s.world.clock.advance(pause);
        assert_eq!(grant.gets(&grant.first.refresh).await.refresh, second.refresh);
        grant.stands(2, Live, rotated_at).await;
    }
}

/// Row *reused*, RF-02, RFC 9700 §4.14.2: without authentication a late retry may be a thief's.
pub async fn a_late_retry_of_a_public_client_ends_the_grant(s: &Stage) {
    for holder in Holder::PUBLIC {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        let rotated_at = now(s);
        s.world.clock.advance(WINDOW);
        grant.is_refused(&grant.first.refresh).await;
        grant.stands(2, Ended(Reused), rotated_at).await;
        grant.is_refused(&second.refresh).await;
    }
}

/// Row *reused*, RF-03: a token whose successor was replaced ends the grant, authenticated or not.
pub async fn a_grandparent_ends_the_grant(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        s.world.clock.advance(WINDOW);
        let third = grant.gets(&second.refresh).await;
        grant.is_refused(&grant.first.refresh).await;
        grant.stands(3, Ended(Reused), now(s)).await;
        for dead in [&second, &third] {
            grant.is_refused(&dead.refresh).await;
        }
    }
}

/// Row *reused*, TK-01, TK-03, RFC 6749 §4.1.2: at once, after half a minute, after a refresh.
pub async fn a_code_that_comes_back_ends_the_grant(s: &Stage) {
    for (pause, generation) in [(0, 1), (30, 1), (59, 2)] {
        let code = s.direct_code("acme").await;
        let first = s.redeem("acme", &code).await.tokens();
        let grant = Grant { s, tenant: "acme", holder: Holder::Direct, first };
        let mut newest = grant.first.refresh.clone();
        if generation == 2 {
            newest = grant.gets(&newest).await.refresh;
        }
        s.world.clock.advance(Duration::from_secs(pause));
        Holder::Direct.assert_refused(&s.redeem("acme", &code).await);
        let row = grant.row().await;
        assert_eq!((row.generation, row.state), (Generation(generation), Ended(Reused)));
        grant.is_refused(&newest).await;
    }
}

/// Row *rolled back*: a token that the store has never heard of, under a MAC of ours.
pub async fn a_token_of_the_future_ends_the_grant(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        grant.is_set_back(1).await;
        grant.is_refused(&second.refresh).await;
        grant.stands(1, Ended(RolledBack), Timestamp::EPOCH).await;
        grant.is_refused(&grant.first.refresh).await;
    }
}

/// Row *rolled back*: also where the store forgot that the code was redeemed.
pub async fn a_refresh_token_of_a_code_that_was_never_redeemed_ends_the_grant(s: &Stage) {
    let code = s.direct_code("acme").await;
    let first = s.redeem("acme", &code).await.tokens();
    let grant = Grant { s, tenant: "acme", holder: Holder::Direct, first };
    grant.is_set_back(0).await;
    grant.is_refused(&grant.first.refresh).await;
    grant.stands(0, Ended(RolledBack), Timestamp::EPOCH).await;
    Holder::Direct.assert_refused(&s.redeem("acme", &code).await);
}

/// TK-09, RFC 6749 §4.1.3: the binding is compared before the generation, so a code at another
/// redirect URI changes nothing, before it is redeemed and after.
pub async fn a_code_at_another_redirect_uri_changes_nothing(s: &Stage) {
    let code = s.direct_code("acme").await;
    let elsewhere = [
        ("grant_type", "authorize_code"),
        ("code", &code),
        ("redirect_uri", "https://app.example.com/cb/"),
    ];
    let refused = rpc(3, "INVALID_GRANT", REFUSED, &[]);
    for redeemed in [false, true] {
        let before = only_row(s).await;
        s.get("/oauth/acme/token", &elsewhere).await.assert_rpc(400, &refused);
        assert_eq!(only_row(s).await, before);
        assert_eq!(before.generation, Generation(u32::from(redeemed)));
        if !redeemed {
            assert_eq!(s.redeem("acme", &code).await.status, 200);
        }
    }
}
