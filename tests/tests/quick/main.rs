//! The suite where it is quickest: on the bare core, and for the door in an application without a
//! framework. Mutants of the core are held against this alone (see CONTRIBUTING.md).

use grantry_conformance::{Bare, Driver, World};

async fn bare(world: World) -> Box<dyn Driver> {
    Box::new(Bare(world.server))
}

/// What holds for every driver.
mod protocol {
    grantry_conformance::conformance! {
        cases: protocol,
        drivers: { bare: crate::bare },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// What holds for applications that host a server.
mod door {
    grantry_conformance::conformance! {
        cases: door,
        drivers: { reference: grantry_conformance::door::reference },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// Many at once.
mod races {
    grantry_conformance::conformance! {
        cases: races,
        drivers: { bare: crate::bare },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// The contract of the stores.
mod store {
    grantry_conformance::conformance! {
        cases: store,
        stores: { memory: grantry::MemoryStore::default },
    }
}
