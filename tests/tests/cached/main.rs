//! The suite on the bare core, over stores that tell of changes: rows are remembered, and no case notices.

use grantry::{MemoryStore, ports::Stores};
use grantry_conformance::{Bare, Driver, Shared, World};

async fn bare(world: World) -> Box<dyn Driver> {
    Box::new(Bare(world.server))
}

fn shared() -> Stores {
    Shared::over(MemoryStore::default()).node().stores()
}

/// What holds for every driver.
mod protocol {
    grantry_conformance::conformance! {
        cases: protocol,
        drivers: { bare: crate::bare },
        stores: { shared: crate::shared },
    }
}

/// What holds for applications that host a server.
mod door {
    grantry_conformance::conformance! {
        cases: door,
        drivers: { reference: grantry_conformance::door::reference },
        stores: { shared: crate::shared },
    }
}

/// Many at once.
mod races {
    grantry_conformance::conformance! {
        cases: races,
        drivers: { bare: crate::bare },
        stores: { shared: crate::shared },
    }
}
