//! The statements of tickets.

use std::sync::LazyLock;

use super::row::COLUMNS;

/// What a presentation came to. Written into the row, since what a statement returns is the row after it,
/// and a rotation and a retry within its millisecond leave the same.
pub(super) mod came_to {
    pub(in super::super) const REDEEMED: u8 = 1;
    pub(in super::super) const HELD: u8 = 2;
    pub(in super::super) const ROTATED: u8 = 3;
    pub(in super::super) const RETRIED: u8 = 4;
    pub(in super::super) const REUSED: u8 = 5;
    pub(in super::super) const ROLLED_BACK: u8 = 6;
}

/// The moment that a decision is taken at. Moments end at 2^61, so no sum of two leaves its column.
const AT: &str = "max(:now, changed_at)";

/// A ticket that may be changed.
const LIVE: &str = "tenant = :tenant AND id = :id AND ended IS NULL";

pub(super) static ISSUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "INSERT INTO tickets (tenant, {COLUMNS}, session) VALUES \
         (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) \
         ON CONFLICT DO NOTHING"
    )
});

pub(super) static READ: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS} FROM tickets WHERE tenant = ?1 AND id = ?2"));

/// `Ticket::apply` of a row that is live and has this version.
pub(super) static CHANGE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "UPDATE tickets SET version = version + 1, changed_at = {AT}, generation = :generation, \
         ended = :ended, refreshable = :refreshable, rotated_at = :rotated_at, \
         expires_at = :expires_at, sender_key = :sender_key \
         WHERE {LIVE} AND version = :version AND {AT} < expires_at"
    )
});

/// `judge`, and what follows from it: the same lines in the same order, as the conformance suite shows.
/// Each expression sees the row as it was.
pub(super) static PRESENT: LazyLock<String> = LazyLock::new(|| {
    use came_to::{HELD, REDEEMED, RETRIED, REUSED, ROLLED_BACK, ROTATED};
    let within = format!("max({AT} - rotated_at, 0) < :window");
    let verdict = format!(
        "CASE WHEN :shown = generation AND :shown = 0 THEN {REDEEMED} \
         WHEN :shown = generation AND ({within} OR NOT :rotates) THEN {HELD} \
         WHEN :shown = generation THEN {ROTATED} \
         WHEN :shown <> 0 AND :shown + 1 = generation \
           AND ({within} OR :authenticated OR sender_key IS NOT NULL) THEN {RETRIED} \
         WHEN :shown > generation THEN {ROLLED_BACK} ELSE {REUSED} END"
    );
    let refreshable = "iif(generation = 0, :refreshable, refreshable)";
    let until = format!(
        "min(max({AT} + :access, {AT} + iif({refreshable}, :idle, 0), expires_at), ends_at)"
    );
    format!(
        "UPDATE tickets SET version = version + 1, changed_at = {AT}, came_to = {verdict}, \
         generation = CASE {verdict} WHEN {REDEEMED} THEN 1 \
           WHEN {ROTATED} THEN min(generation + 1, {most}) ELSE generation END, \
         ended = CASE {verdict} WHEN {REUSED} THEN 'reused' \
           WHEN {ROLLED_BACK} THEN 'rolled_back' END, \
         refreshable = CASE {verdict} WHEN {REDEEMED} THEN :refreshable ELSE refreshable END, \
         rotated_at = CASE {verdict} WHEN {ROTATED} THEN {AT} ELSE rotated_at END, \
         expires_at = CASE WHEN {verdict} >= {REUSED} THEN expires_at ELSE {until} END, \
         sender_key = CASE {verdict} WHEN {REDEEMED} THEN iif(:authenticated, NULL, :sender) \
           ELSE sender_key END \
         WHERE {LIVE} AND {AT} < expires_at AND client = :client \
         AND authenticated_at >= :not_before \
         AND (:shown <> 0 OR binding = :binding) \
         AND (:shown = 0 OR generation = 0 OR refreshable) \
         AND (sender_key IS NULL OR sender_key = :sender) \
         RETURNING {COLUMNS}, came_to",
        most = u32::MAX
    )
});

/// What ends one ticket, and what ends the next ones of many.
pub(super) struct Many {
    pub(super) end: String,
    pub(super) list: String,
}

impl Many {
    /// Of those that this column names, found by this index: left alone, SQLite takes the primary key.
    fn of(column: &str, by: &str) -> Self {
        let mine = format!("FROM tickets {by} WHERE tenant = ?1 AND {column} = ?2 AND id > ?3");
        Self {
            end: format!(
                "UPDATE tickets SET version = version + 1, changed_at = max(?5, changed_at), \
                 ended = 'revoked' WHERE (tenant, id) IN (SELECT tenant, id {mine} \
                 AND ended IS NULL ORDER BY id LIMIT ?4) RETURNING id"
            ),
            list: format!("SELECT {COLUMNS} {mine} ORDER BY id LIMIT ?4"),
        }
    }
}

pub(super) static ONE: LazyLock<Many> = LazyLock::new(|| Many::of("id", ""));
pub(super) static OF_SUBJECT: LazyLock<Many> =
    LazyLock::new(|| Many::of("subject", "INDEXED BY tickets_of_subject"));
pub(super) static OF_CLIENT: LazyLock<Many> =
    LazyLock::new(|| Many::of("client", "INDEXED BY tickets_of_client"));
pub(super) static OF_SESSION: LazyLock<Many> =
    LazyLock::new(|| Many::of("session", "INDEXED BY tickets_of_session"));
/// Takes the tenant for what the others select by.
pub(super) static OF_TENANT: LazyLock<Many> = LazyLock::new(|| Many::of("tenant", ""));

pub(super) const SWEEP: &str = "DELETE FROM tickets WHERE (tenant, id) IN \
    (SELECT tenant, id FROM tickets WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

#[cfg(test)]
pub(in super::super) fn statements() -> Vec<&'static str> {
    let many = [&*ONE, &*OF_SUBJECT, &*OF_CLIENT, &*OF_SESSION, &*OF_TENANT];
    let many = many.into_iter().flat_map(|many| [&*many.end, &*many.list]);
    many.chain([ISSUE.as_str(), &READ, &CHANGE, &PRESENT, SWEEP]).collect()
}
