//! How long a grant lives: until it lies unused for too long, until its absolute end, or until
//! somebody ends it.

use std::time::Duration;

use grantry::types::{
    EndReason::{Reused, Revoked, RolledBack},
    TicketState::{Ended, Live},
    Timestamp, Whose,
};

use super::grant::{Grant, Holder, now};
use crate::{Stage, claims, tenant_id};

const MILLI: Duration = Duration::from_millis(1);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// TK-14: a code counts for 60 s and not a millisecond longer: neither at its end nor after.
pub async fn a_code_expires(s: &Stage) {
    let (late, in_time) = (s.direct_code("acme").await, s.direct_code("acme").await);
    s.world.clock.advance(Duration::from_secs(60) - MILLI);
    assert_eq!(s.redeem("acme", &in_time).await.status, 200);
    for _ in 0..2 {
        s.world.clock.advance(MILLI);
        Holder::Direct.assert_refused(&s.redeem("acme", &late).await);
    }
}

/// A refresh token may lie unused for 30 days; each use begins them anew.
pub async fn a_refresh_token_that_lies_unused_expires(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        assert_eq!(grant.row().await.expires_at, now(s).plus(30 * DAY));
        s.world.clock.advance(30 * DAY - MILLI);
        let second = grant.gets(&grant.first.refresh).await;
        let row = grant.stands(2, Live, now(s)).await;
        assert_eq!(row.expires_at, now(s).plus(30 * DAY));
        s.world.clock.advance(30 * DAY);
        for token in [&second, &grant.first] {
            grant.is_refused(&token.refresh).await;
        }
        assert_eq!(grant.row().await, row, "expired, and nothing else");
    }
}

/// Without a refresh token a row lasts as long as its access token, with the leeway of resource
/// servers: a guard that asks finds it to the last moment.
pub async fn without_a_refresh_token_a_row_outlives_its_access_token(s: &Stage) {
    let token = s.tokens("acme", "no-refresh").await.access;
    let row = s.ticket("acme", &token).await;
    assert_eq!(row.expires_at, now(s).plus(Duration::from_secs(3600 + 60)));
}

/// RF-13: no rotation moves the absolute end, and no access token outlives it.
pub async fn endless_rotation_ends_after_90_days(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let end = now(s).plus(90 * DAY);
        let mut newest = grant.first.refresh.clone();
        for generation in 2..5 {
            s.world.clock.advance(29 * DAY);
            newest = grant.gets(&newest).await.refresh;
            let row = grant.stands(generation, Live, now(s)).await;
            assert_eq!((row.ends_at, row.expires_at), (end, end.min(now(s).plus(30 * DAY))));
        }
        s.world.clock.advance(3 * DAY - Duration::from_secs(1800));
        let last = grant.gets_for(1800, &newest).await;
        assert_eq!(claims(&last.access)["exp"], end.as_secs());
        s.world.clock.advance(Duration::from_secs(1799));
        let last = grant.gets_for(1, &last.refresh).await;
        s.world.clock.advance(Duration::from_secs(1));
        grant.is_refused(&last.refresh).await;
        assert_eq!(grant.row().await.ends_at, end);
    }
}

/// RF-13: nor does a token that never rotates go on for ever.
pub async fn a_token_that_never_rotates_ends_after_90_days_too(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "steady", holder).await;
        let end = now(s).plus(90 * DAY);
        for _ in 0..3 {
            s.world.clock.advance(29 * DAY);
            assert_eq!(grant.gets(&grant.first.refresh).await.refresh, grant.first.refresh);
        }
        s.world.clock.advance(3 * DAY - Duration::from_secs(1));
        assert_eq!(grant.gets_for(1, &grant.first.refresh).await.refresh, grant.first.refresh);
        s.world.clock.advance(Duration::from_secs(1));
        grant.is_refused(&grant.first.refresh).await;
        assert_eq!(grant.row().await.ends_at, end);
    }
}

/// What ended stays ended, whichever of its tokens comes and however often: the row is not even
/// written.
pub async fn what_was_reused_stays_ended(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        s.world.clock.advance(Duration::from_secs(31));
        let third = grant.gets(&second.refresh).await;
        grant.is_refused(&grant.first.refresh).await;
        let ended = grant.stands(3, Ended(Reused), now(s)).await;
        for token in [&third, &second, &grant.first, &third] {
            s.world.clock.advance(Duration::from_secs(1));
            grant.is_refused(&token.refresh).await;
            assert_eq!(grant.row().await, ended);
        }
    }
}

/// The same of a grant whose store lost writes.
pub async fn what_was_rolled_back_stays_ended(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        grant.is_set_back(1).await;
        grant.is_refused(&second.refresh).await;
        let ended = grant.stands(1, Ended(RolledBack), Timestamp::EPOCH).await;
        for token in [&grant.first, &second] {
            grant.is_refused(&token.refresh).await;
            assert_eq!(grant.row().await, ended);
        }
    }
}

/// RFC 7009 §2: a grant that was revoked is answered like one that never was.
pub async fn what_was_revoked_stays_ended(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        let (tickets, id) = (&s.world.stores.tickets, grant.row().await.id);
        let ended = tickets.end(&tenant_id("acme"), Whose::One(id), now(s)).await;
        assert_eq!(ended.expect("the store answers"), 1);
        let ended = grant.stands(2, Ended(Revoked), now(s)).await;
        for token in [&second, &grant.first] {
            grant.is_refused(&token.refresh).await;
            assert_eq!(grant.row().await, ended);
        }
    }
}
