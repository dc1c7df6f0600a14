//! The contract of the store ports, as functions over empty stores. [`crate::conformance!`] expands
//! them for yours with `cases: store`.

pub mod changes;
pub mod concurrency;
pub mod consents;
pub mod fields;
pub mod histories;
pub mod interactions;
pub mod jwt_ids;
pub mod lists;
pub mod rows;
mod sample;
pub mod sessions;
pub mod tickets;
