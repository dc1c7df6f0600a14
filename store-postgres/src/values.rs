//! Numbers as the columns hold them: signed, of 64 bits.

use grantry::{
    ports::StoreError,
    types::{Generation, TicketId, Timestamp, Version},
};
use tokio_postgres::Row;

/// The end of time, as a column holds it. Statements add spans to moments, and none of their sums
/// overflows.
const END: i64 = 1 << 62;
/// The longest span.
const LONG: i64 = 1 << 61;

/// A moment, in milliseconds.
pub(crate) fn millis(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_millis()).map_or(END, |millis| millis.min(END))
}

/// The moment of a column.
pub(crate) fn moment(row: &Row, column: &str) -> Result<Timestamp, StoreError> {
    let millis: i64 = value(row, column)?;
    if millis >= END {
        return Ok(Timestamp::from_millis(u64::MAX));
    }
    u64::try_from(millis).map(Timestamp::from_millis).map_err(StoreError::new)
}

/// A span in milliseconds, rounded down.
pub(crate) fn span(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).map_or(LONG, |millis| millis.min(LONG))
}

/// A span in milliseconds, rounded up: what is shorter than the one is shorter than the other.
pub(crate) fn bound(span: std::time::Duration) -> i64 {
    let millis = span.as_nanos().div_ceil(1_000_000);
    i64::try_from(millis).map_or(LONG, |millis| millis.min(LONG))
}

/// A version that a row can have; one that no column holds is nobody's.
pub(crate) fn version(version: Version) -> Option<i64> {
    i64::try_from(version.0).ok()
}

/// The version of a row that is to be written.
///
/// # Errors
/// When no column holds it.
pub(crate) fn new_version(new: Version) -> Result<i64, StoreError> {
    version(new).ok_or_else(|| StoreError::new("a version of more than 63 bits"))
}

/// The version of a column.
pub(crate) fn version_of(row: &Row) -> Result<Version, StoreError> {
    u64::try_from(value::<i64>(row, "version")?).map(Version).map_err(StoreError::new)
}

/// The generation of a column.
pub(crate) fn generation_of(row: &Row) -> Result<Generation, StoreError> {
    u32::try_from(value::<i64>(row, "generation")?).map(Generation).map_err(StoreError::new)
}

/// The id of a column.
pub(crate) fn id_of(row: &Row, column: &str) -> Result<TicketId, StoreError> {
    id(value(row, column)?)
}

/// The id of these bytes.
pub(crate) fn id(bytes: &[u8]) -> Result<TicketId, StoreError> {
    bytes.try_into().map(TicketId::from_bytes).map_err(StoreError::new)
}

/// What a column holds.
pub(crate) fn value<'a, T: tokio_postgres::types::FromSql<'a>>(
    row: &'a Row,
    column: &str,
) -> Result<T, StoreError> {
    row.try_get(column).map_err(StoreError::new)
}

/// As many rows as a page asks for.
pub(crate) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_end_of_time_and_a_span_without_end_add_up() {
        let end = millis(Timestamp::from_millis(u64::MAX));
        assert!(end.checked_add(span(Duration::MAX)).is_some());
        assert_eq!(bound(Duration::MAX), span(Duration::MAX));
    }

    #[test]
    fn a_bound_is_rounded_up_and_a_span_down() {
        let odd = Duration::from_micros(1_500);
        assert_eq!((span(odd), bound(odd)), (1, 2));
        assert_eq!((span(Duration::ZERO), bound(Duration::ZERO)), (0, 0));
    }
}
