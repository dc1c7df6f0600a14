//! What the conformance suite says of the store. Each case has a schema of its own, which is dropped with
//! its stores.

mod schema;

use grantry_conformance::{Bare, Driver, World};

async fn bare(world: World) -> Box<dyn Driver> {
    Box::new(Bare(world.server))
}

/// The contract of the ports.
mod store {
    grantry_conformance::conformance! {
        cases: store,
        stores: { postgres: crate::schema::fresh },
    }
}

/// Every requirement of the protocol, by a server on it.
mod protocol {
    grantry_conformance::conformance! {
        cases: protocol,
        drivers: { bare: crate::bare },
        stores: { postgres: crate::schema::fresh },
    }
}

/// Many at once.
mod races {
    grantry_conformance::conformance! {
        cases: races,
        drivers: { bare: crate::bare },
        stores: { postgres: crate::schema::fresh },
    }
}
