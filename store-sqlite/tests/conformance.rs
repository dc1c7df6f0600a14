//! What the conformance suite says of the store, each case on a file of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "scratch/mod.rs"]
mod scratch;

use grantry_conformance::{Bare, Driver, World};

async fn bare(world: World) -> Box<dyn Driver> {
    Box::new(Bare(world.server))
}

/// The contract of the ports.
mod store {
    grantry_conformance::conformance! {
        cases: store,
        stores: { sqlite: crate::scratch::quick },
    }
}

/// Every requirement of the protocol, by a server on it.
mod protocol {
    grantry_conformance::conformance! {
        cases: protocol,
        drivers: { bare: crate::bare },
        stores: { sqlite: crate::scratch::quick },
    }
}

/// Many at once.
mod races {
    grantry_conformance::conformance! {
        cases: races,
        drivers: { bare: crate::bare },
        stores: { sqlite: crate::scratch::durable },
    }
}
