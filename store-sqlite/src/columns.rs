//! Words as columns and back. Columns have 63 bits and a sign.

use std::time::Duration;

use grantry::{
    ports::StoreError,
    types::{ClientId, JwtId, Subject, TenantId, TicketId, Timestamp, Version},
};
use rusqlite::types::Value;

use crate::error::Failure;

/// The end of time, in milliseconds: far enough from what a column holds that sums of two stay below.
const END: i64 = 1 << 61;

/// What a column holds of it.
pub(crate) trait Column {
    fn column(&self) -> Value;
}

impl Column for str {
    fn column(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Column for TenantId {
    fn column(&self) -> Value {
        self.as_str().column()
    }
}

impl Column for ClientId {
    fn column(&self) -> Value {
        self.as_str().column()
    }
}

impl Column for Subject {
    fn column(&self) -> Value {
        self.as_str().column()
    }
}

impl Column for TicketId {
    fn column(&self) -> Value {
        Value::Blob(self.as_bytes().to_vec())
    }
}

impl Column for JwtId {
    fn column(&self) -> Value {
        Value::Blob(self.as_bytes().to_vec())
    }
}

impl Column for Timestamp {
    fn column(&self) -> Value {
        Value::Integer(millis(self.as_millis()))
    }
}

/// A row's version. One that no column holds is nobody's.
pub(crate) fn version(version: Version) -> Option<i64> {
    i64::try_from(version.0).ok()
}

/// The version of a row that is new.
///
/// # Errors
/// When no column holds it.
pub(crate) fn first(of: Version) -> Result<Value, StoreError> {
    let held = version(of).ok_or_else(|| StoreError::new(Failure::TooLarge))?;
    Ok(Value::Integer(held))
}

/// The least id, before all others.
pub(crate) fn after(id: Option<TicketId>) -> Value {
    id.map_or(Value::Blob(Vec::new()), |id| id.column())
}

/// The least text, before all others: no id is empty.
pub(crate) fn after_text(id: Option<&(impl Column + ?Sized)>) -> Value {
    id.map_or(Value::Text(String::new()), Column::column)
}

pub(crate) fn limit(most: usize) -> Value {
    Value::Integer(i64::try_from(most).unwrap_or(i64::MAX))
}

/// Milliseconds, up to the end of time.
pub(crate) fn millis(millis: u64) -> i64 {
    i64::try_from(millis).map_or(END, |millis| millis.min(END))
}

/// A span as moments are moved by it: whole milliseconds, rounded down.
pub(crate) fn span(span: Duration) -> i64 {
    u64::try_from(span.as_millis()).map_or(END, millis)
}

/// A span as the difference of two moments is compared with it: one that is shorter than this is
/// shorter than the span.
pub(crate) fn bound(bound: Duration) -> i64 {
    span(bound.saturating_add(Duration::from_nanos(999_999)))
}
