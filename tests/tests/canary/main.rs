//! LE-01, TK-26: secrets that are known again wherever they turn up, in a program whose every word is
//! kept: all log levels of all crates, panics, whatever else it writes, and every answer.
//!
//! [`program`] is the child. It holds servers in our three frameworks. The tests start it, send it every
//! request that they can think of, and look for the secrets in what it said.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod badly;
mod canaries;
mod child;
mod days;
#[path = "../suite/drivers/mod.rs"]
#[expect(dead_code, reason = "the suite drives them in process as well")]
mod drivers;
mod lent;
mod operator;
mod printed;
mod program;
mod public;
mod registrations;
mod requests;
mod said;
mod tab;
mod types;
mod visits;
mod wire;
