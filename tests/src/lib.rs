#![doc = include_str!("../README.md")]
//!
//! # Where things are
//!
//! - [`conformance!`] makes tests of cases. [`World`], [`Driver`] and [`Stage`] are what a case stands
//!   on; [`Bare`] and [`Socket`] are drivers, [`run`] runs a case of your own.
//! - [`protocol`] cases hold for every driver, [`door`] cases for drivers that host an
//!   application; [`protocol::differential`] demands that an adapter answers like the bare core.
//! - [`store`] is the contract of the store ports, as functions over them.
//! - [`Yielding`] makes stores pending around every call, and holds writes at a [`Gate`], so that
//!   cancellation means something; [`ByDefault`] takes away a store's own `present`; [`Shared`] is one
//!   store for several nodes, which hear of each other's writes as the test commands.
//! - [`crash`] is work for a process that is killed, and asks afterwards whether what it said is so; [`outage`]
//!   does the same where the process lives and its store does not answer for a while.
//! - [`wrong`] holds stores and adapters that are wrong on purpose: a suite that never goes red
//!   is worth nothing.
//!
//! # Features
//!
//! `socket`, which is on by default, brings [`Socket`] and [`lives_through_odd_bytes`], and an HTTP
//! client for them. The author of a store can do without.

#![forbid(unsafe_code)]
#![expect(clippy::panic, reason = "a case fails by panicking, like every test")]

mod answer;
mod browser;
mod by_default;
mod cases;
pub mod crash;
pub mod door;
mod driver;
mod entropy;
mod gate;
mod jwt;
mod kept;
mod key_holder;
pub mod outage;
mod proof;
pub mod protocol;
#[cfg(feature = "socket")]
mod raw;
mod request;
mod run;
mod shared;
#[cfg(feature = "socket")]
mod socket;
mod stage;
pub mod store;
mod world;
pub mod wrong;
mod yielding;

pub use answer::{Answer, rpc, violation};
pub use browser::{Browser, Landing, Page, parameters};
pub use by_default::ByDefault;
pub use driver::{Bare, Driver};
pub use entropy::SeededEntropy;
pub use gate::Gate;
pub use jwt::claims;
pub use kept::Kept;
pub use key_holder::{JWT_BEARER, KeyHolder};
pub use proof::{token_hash, with_proof};
pub use protocol::broken::Down;
#[cfg(feature = "socket")]
pub use raw::{exchange, lives_through_odd_bytes};
pub use request::{form, get, query};
pub use run::{Place, Shelf, run, run_or_except};
pub use shared::{Line, Node, Reads, Shared};
#[cfg(feature = "socket")]
pub use socket::Socket;
pub use stage::{
    ALICE, PASSWORD, PKCE, Stage, Tokens, alice_asks_for_a_code, grant_of, redirect_uri, tenant_id,
};
pub use world::{Guards, ManualClock, World};
pub use yielding::Yielding;
