//! `judge` of the core as one UPDATE. Every expression is of the row as it is when the write takes
//! place: PostgreSQL locks it and looks again, so nobody comes between decision and write, whatever the
//! level of isolation, and losers see what won.

use grantry::{
    ports::StoreError,
    types::{Presentation, Presented, TenantId, TicketId, Timestamp},
};

use super::ticket::{columns, ticket};
use crate::{
    PostgresStore,
    values::{bound, millis, span, value},
};

// $1 tenant · $2 id · $3 now · $4 presented generation · $5 client · $6 binding · $7 authenticated ·
// $8 rotates · $9 refreshable · $10 window · $11 access · $12 idle · $13::bigint not before · $14 sender key

/// The moment of the decision: never before the last write.
macro_rules! at {
    () => {
        "GREATEST($3::bigint, changed_at)"
    };
}
/// Rotated less than a window ago.
macro_rules! within {
    () => {
        concat!("GREATEST(", at!(), " - rotated_at, 0) < $10::bigint")
    };
}
/// The newest refresh token is replaced.
macro_rules! rotates {
    () => {
        concat!(
            "(generation = $4::bigint AND $4::bigint > 0 AND $8::boolean AND NOT ",
            within!(),
            ")"
        )
    };
}
/// The grant goes on.
macro_rules! goes_on {
    () => {
        concat!(
            "(generation = $4::bigint OR $4::bigint > 0 AND generation = $4::bigint + 1 AND ($7::boolean OR sender_key IS NOT NULL OR ",
            within!(),
            "))"
        )
    };
}
/// Whether there is a refresh token from now on, if it does.
macro_rules! refreshable {
    () => {
        "CASE WHEN generation = 0 THEN $9::boolean ELSE refreshable END"
    };
}
/// Until when it counts, if it goes on.
macro_rules! until {
    () => {
        concat!(
            "LEAST(GREATEST(",
            at!(),
            " + $11::bigint, CASE WHEN ",
            refreshable!(),
            " THEN ",
            at!(),
            " + $12::bigint ELSE 0 END, expires_at), ends_at)"
        )
    };
}

const PRESENT: &str = concat!(
    "UPDATE tickets SET version = version + 1, changed_at = ",
    at!(),
    ", generation = CASE WHEN generation = 0 AND $4::bigint = 0 THEN 1 WHEN ",
    rotates!(),
    " THEN LEAST(generation + 1, 4294967295) ELSE generation END, ended = CASE WHEN ",
    goes_on!(),
    " THEN NULL WHEN $4::bigint > generation THEN 'rolled_back' ELSE 'reused' END, \
     refreshable = CASE WHEN ",
    goes_on!(),
    " THEN ",
    refreshable!(),
    " ELSE refreshable END, rotated_at = CASE WHEN ",
    rotates!(),
    " THEN ",
    at!(),
    " ELSE rotated_at END, expires_at = CASE WHEN ",
    goes_on!(),
    " THEN ",
    until!(),
    " ELSE expires_at END, expires_about = CASE WHEN ",
    goes_on!(),
    " THEN ",
    until!(),
    " / 21600000 ELSE expires_about END, \
     sender_key = CASE WHEN generation > 0 OR $4::bigint > 0 THEN sender_key \
     WHEN $7::boolean THEN NULL ELSE $14::bytea END, \
     outcome = CASE WHEN generation = $4::bigint AND $4::bigint = 0 THEN 1 WHEN ",
    rotates!(),
    " THEN 3 WHEN generation = $4::bigint THEN 2 WHEN ",
    goes_on!(),
    " THEN 4 WHEN $4::bigint > generation THEN 6 ELSE 5 END \
     WHERE tenant = $1 AND id = $2 AND ended IS NULL AND ",
    at!(),
    " < expires_at AND client = $5 AND authenticated_at >= $13::bigint \
     AND ($4::bigint > 0 OR binding = $6::bytea) AND ($4::bigint = 0 OR generation = 0 OR refreshable) \
     AND (sender_key IS NULL OR sender_key = $14::bytea) \
     RETURNING outcome, ",
    columns!(),
);

/// The table, in one round trip.
pub(super) async fn present(
    store: &PostgresStore,
    tenant: &TenantId,
    id: TicketId,
    shown: &Presentation,
    now: Timestamp,
) -> Result<Presented, StoreError> {
    let binding = shown.binding.as_ref().map(|binding| &binding.as_bytes()[..]);
    let rows = store
        .calls()
        .write(
            PRESENT,
            &[
                &tenant.as_str(),
                &&id.as_bytes()[..],
                &millis(now),
                &i64::from(shown.generation.0),
                &shown.client.as_str(),
                &binding,
                &shown.authenticated,
                &shown.rotates,
                &shown.refreshable,
                &bound(shown.window),
                &span(shown.access),
                &span(shown.idle),
                &millis(shown.not_before),
                &shown.sender.as_ref().map(|key| &key.as_bytes()[..]),
            ],
        )
        .await?;
    let Some(row) = rows.first() else { return Ok(Presented::Refused) };
    let outcome = match value::<i16>(row, "outcome")? {
        1 => Presented::Redeemed,
        2 => Presented::Held,
        3 => Presented::Rotated,
        4 => Presented::Retried,
        5 => Presented::Reused,
        6 => Presented::RolledBack,
        _ => return Err(StoreError::new("an outcome that there is not")),
    };
    Ok(outcome(ticket(row)?))
}
