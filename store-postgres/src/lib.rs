#![doc = include_str!("../README.md")]
//!
//! # Where things are
//!
//! - `calls` is the only way to the database: one statement, one round trip, within deadlines, on a
//!   connection of `connection`.
//! - `ports` are the store ports, each method a statement; `ports/present.rs` is the table of the core as
//!   one UPDATE.
//! - `migrations` make the schema, `changes` tell of other nodes' writes, `clock` follows the database's
//!   time.

#![forbid(unsafe_code)]

mod address;
mod builder;
mod calls;
mod changes;
mod clock;
mod connection;
mod error;
mod failure;
mod migrations;
mod ports;
mod store;
mod tls;
mod values;

pub use builder::Builder;
pub use error::ConnectError;
pub use store::PostgresStore;
