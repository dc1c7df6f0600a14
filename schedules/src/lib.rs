//! Ways in which threads may come between each other, tried one by one by shuttle instead of hoping
//! that a machine hits upon them.
//!
//! `memory/tickets.rs` of the core is compiled here a second time, from the same file, with a `DashMap`
//! whose lock, one for all rows, is shuttle's: that shows that its decision and its write are one step under the
//! locks that it takes. It does not show that the real `DashMap` locks as it says; many rounds on real
//! threads in `tests/threads.rs` are about that. The port's default `present` is the code of the core as
//! it is, over a row of which each read and each write is a step.

#![forbid(unsafe_code)]

// What the source names by `crate::`.
use grantry::{ports, types};

/// The store in memory, over locks of shuttle.
pub mod memory {
    mod map;
    #[path = "../../../core/src/memory/tickets.rs"]
    mod tickets;

    pub use tickets::MemoryTickets;
}

mod meanings;
mod row;

pub use meanings::{Operation, Outcome, check, code, first, shown, tenant};
pub use row::{CheckThenAct, Row};
