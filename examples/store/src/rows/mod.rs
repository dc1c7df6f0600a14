//! How each row becomes text and is restored from it. Everything that a row consists of has a way
//! out and a way in: `as_str` and `parse`, `as_bytes` and `from_bytes`, `as_millis` and
//! `from_millis`, `expose` and `new`. What has private parts is restored by the same rules by which
//! it was made, so a row that was tampered with is an error and never a wrong value.

mod account;
mod browser;
mod client;
mod keys;
mod policy;
mod tenant;
mod ticket;
mod visits;

use std::str::FromStr;

pub(crate) use ticket::ticket_key;
pub(crate) use visits::consent_key;

use crate::table::Invalid;

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
