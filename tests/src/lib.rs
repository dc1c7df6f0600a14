//! The one suite that holds Grantry's stores and adapters together. It is published, so that the
//! author of a store, an adapter or a fork runs the same cases as we do.
//!
//! - A *case* is an async function over a [`Stage`]: a [`World`] and a [`Driver`] that carries
//!   requests to its server. [`conformance!`] expands drivers × stores × cases into real tests.
//! - [`protocol`] cases hold for every driver, [`door`] cases for drivers that host an
//!   application; [`protocol::differential`] demands that an adapter answers like the bare core.
//! - [`store`] is the contract of the store ports, as functions over them.
//! - [`Yielding`] makes a store pending around every call, so that cancellation means something;
//!   [`ByDefault`] takes away its own `present`.
//! - [`wrong`] holds a store and an adapter that are wrong on purpose: a suite that never goes red
//!   is worth nothing.
//!
//! A driver for an adapter of your own is a function from a [`World`] to a boxed [`Driver`]:
//!
//! ```
//! use grantry_conformance::{Bare, Driver, World, conformance};
//!
//! async fn mine(world: World) -> Box<dyn Driver> {
//!     // Mount `world.server` into your framework, and send requests through it.
//!     Box::new(Bare(world.server))
//! }
//!
//! conformance! {
//!     cases: protocol,
//!     drivers: { mine: crate::mine },
//!     stores: { memory: grantry::MemoryStore::default },
//! }
//! # fn main() {}
//! ```

#![forbid(unsafe_code)]
#![expect(clippy::panic, reason = "a case fails by panicking, like every test")]

mod answer;
mod by_default;
mod cases;
pub mod door;
mod driver;
mod entropy;
mod jwt;
pub mod protocol;
mod request;
mod stage;
pub mod store;
mod world;
pub mod wrong;
mod yielding;

pub use answer::{Answer, rpc, violation};
pub use by_default::ByDefault;
pub use driver::{Bare, Driver, run};
pub use entropy::SeededEntropy;
pub use jwt::claims;
pub use request::{form, get, query};
pub use stage::{ALICE, PASSWORD, Stage, Tokens, alice_asks_for_a_code, grant_of, tenant_id};
pub use world::{Guards, ManualClock, World};
pub use yielding::Yielding;
