//! The window of a retry, and whose refresh tokens rotate at all.

use std::time::Duration;

use grantry::types::{
    EndReason::Reused,
    TicketState::{Ended, Live},
    Timestamp,
};

use super::grant::{Grant, Holder, now};
use crate::Stage;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

/// RF-04: the window counts from the rotation, however often it was used since.
pub async fn retries_do_not_move_the_window(s: &Stage) {
    for holder in Holder::PUBLIC {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        let rotated_at = now(s);
        for _ in 0..2 {
            s.world.clock.advance(14 * SECOND);
            assert_eq!(grant.gets(&grant.first.refresh).await.refresh, second.refresh);
            assert_eq!(grant.gets(&second.refresh).await.refresh, second.refresh);
        }
        s.world.clock.advance(2 * SECOND);
        grant.is_refused(&grant.first.refresh).await;
        grant.stands(2, Ended(Reused), rotated_at).await;
    }
}

/// RF-04: a token that was held rotates as soon as the window is over.
pub async fn holding_does_not_move_the_window(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        s.world.clock.advance(29 * SECOND);
        assert_eq!(grant.gets(&second.refresh).await.refresh, second.refresh);
        s.world.clock.advance(SECOND);
        assert_ne!(grant.gets(&second.refresh).await.refresh, second.refresh);
        grant.stands(3, Live, now(s)).await;
    }
}

/// A window of zero: nothing is held, so every use rotates.
pub async fn a_window_of_zero_rotates_on_each_use(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "strict", holder).await;
        let mut newest = grant.first.refresh.clone();
        for generation in 2..5 {
            let next = grant.gets(&newest).await.refresh;
            assert_ne!(next, newest);
            grant.stands(generation, Live, now(s)).await;
            newest = next;
        }
    }
}

/// A window of zero: a public client has no second try, a client that authenticated has.
pub async fn a_window_of_zero_leaves_retries_to_clients_that_authenticate(s: &Stage) {
    for holder in Holder::PUBLIC {
        let grant = Grant::begin(s, "strict", holder).await;
        grant.gets(&grant.first.refresh).await;
        grant.is_refused(&grant.first.refresh).await;
        grant.stands(2, Ended(Reused), now(s)).await;
    }
    let grant = Grant::begin(s, "strict", Holder::Backend).await;
    let second = grant.gets(&grant.first.refresh).await;
    assert_eq!(grant.gets(&grant.first.refresh).await.refresh, second.refresh);
    grant.stands(2, Live, now(s)).await;
}

/// Rotation *never*, FAPI 2.0 §5.3.2.1: the same token for as long as it is used.
pub async fn where_nothing_rotates_the_token_stays(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "steady", holder).await;
        for _ in 0..3 {
            s.world.clock.advance(HOUR);
            assert_eq!(grant.gets(&grant.first.refresh).await.refresh, grant.first.refresh);
            let row = grant.stands(1, Live, Timestamp::EPOCH).await;
            assert_eq!(row.expires_at, now(s).plus(30 * 24 * HOUR), "used, so not idle");
        }
    }
}

/// Rotation *public*: replaced for whoever does not authenticate, kept for whoever does.
pub async fn where_public_clients_rotate_the_others_do_not(s: &Stage) {
    for holder in Holder::PUBLIC {
        let grant = Grant::begin(s, "lenient", holder).await;
        assert_ne!(grant.gets(&grant.first.refresh).await.refresh, grant.first.refresh);
        grant.stands(2, Live, now(s)).await;
    }
    let grant = Grant::begin(s, "lenient", Holder::Backend).await;
    for _ in 0..2 {
        s.world.clock.advance(HOUR);
        assert_eq!(grant.gets(&grant.first.refresh).await.refresh, grant.first.refresh);
        grant.stands(1, Live, Timestamp::EPOCH).await;
    }
}

/// P13: a clock that steps back kills no honest client, and the row's own times never go back.
pub async fn a_clock_that_steps_back_kills_nobody(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        let rotated_at = now(s);
        s.world.clock.step_back(HOUR);
        assert_eq!(grant.gets(&second.refresh).await.refresh, second.refresh);
        assert_eq!(grant.gets(&grant.first.refresh).await.refresh, second.refresh);
        let row = grant.stands(2, Live, rotated_at).await;
        assert_eq!(row.changed_at, rotated_at);
        s.world.clock.advance(HOUR + 30 * SECOND);
        assert_ne!(grant.gets(&second.refresh).await.refresh, second.refresh);
        grant.stands(3, Live, now(s)).await;
    }
}

/// P13: nor does it revive anything.
pub async fn a_clock_that_steps_back_revives_nothing(s: &Stage) {
    // A grant from before its client was there would be another's, so the clients are old enough.
    s.world.clock.advance(4 * HOUR);
    for holder in Holder::PUBLIC {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        s.world.clock.advance(30 * SECOND);
        grant.is_refused(&grant.first.refresh).await;
        s.world.clock.step_back(HOUR);
        for dead in [&grant.first, &second] {
            grant.is_refused(&dead.refresh).await;
        }
    }
    let code = s.direct_code("acme").await;
    assert_eq!(s.redeem("acme", &code).await.status, 200);
    s.world.clock.step_back(HOUR);
    Holder::Direct.assert_refused(&s.redeem("acme", &code).await);
}
