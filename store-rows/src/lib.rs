//! Rows of Grantry as JSON text, for stores that keep text: [`write()`] and [`read()`].
//!
//! Everything that a row consists of has a way out and a way in: `as_str` and `parse`, `as_bytes` and
//! `from_bytes`, `as_millis` and `from_millis`, `expose` and `new`. What has private parts is restored by
//! the same rules by which it was made, so a row that was tampered with is an error and never a wrong
//! value. A field that a later version adds is read as its default where an older one wrote the row,
//! and left out of account by an older one that reads it.
//!
//! Private keys are in the text as they are given: what keeps them secret is the master key of the
//! server, which seals them before a store sees them.

#![forbid(unsafe_code)]
#![expect(missing_debug_implementations, reason = "what is written holds hashes and keys")]

mod account;
mod browser;
mod client;
mod keys;
mod policy;
mod registration;
mod tenant;
mod ticket;
mod visits;

use std::str::FromStr;

use grantry::ports::StoreError;
use serde::{Serialize, de::DeserializeOwned};

/// What has a text: tenants, clients, accounts, tickets, keys, sessions, parked requests, consents.
pub trait Row: Sized {
    /// Its fields as they are written.
    type Json: Serialize + DeserializeOwned;

    /// Its fields.
    fn keep(&self) -> Self::Json;

    /// The row of these fields.
    ///
    /// # Errors
    /// When they cannot be those of a row.
    fn restore(json: Self::Json) -> Result<Self, Invalid>;
}

/// Why a text is no row: what was kept is as suspect as what is sent, and is parsed like it.
pub type Invalid = Box<dyn std::error::Error + Send + Sync>;

/// The text of a row.
///
/// # Errors
/// None that has been met: JSON can say all that rows consist of.
pub fn write<R: Row>(row: &R) -> Result<String, StoreError> {
    serde_json::to_string(&row.keep()).map_err(StoreError::new)
}

/// The row of a text.
///
/// # Errors
/// When the text is none of [`write()`].
pub fn read<R: Row>(text: &str) -> Result<R, StoreError> {
    R::restore(serde_json::from_str(text).map_err(StoreError::new)?).map_err(StoreError::new)
}

/// Texts that are all of one kind.
fn parsed<T, Many>(texts: &[String]) -> Result<Many, Invalid>
where
    T: FromStr<Err: Into<Invalid>>,
    Many: FromIterator<T>,
{
    texts.iter().map(|text| text.parse().map_err(Into::into)).collect()
}

/// The texts of what is written as it was read.
fn texts(all: &[impl ToString]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}
