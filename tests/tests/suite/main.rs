//! The suite on the bare core and on our adapters, in process and over sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod cancellation;
mod drivers;
mod panics;
mod paths;
mod raw;
mod red;
mod smuggling;

/// What holds for every driver.
mod protocol {
    grantry_conformance::conformance! {
        cases: protocol,
        drivers: {
            bare: crate::drivers::bare,
            axum: crate::drivers::axum::in_process,
            axum_socket: crate::drivers::axum::socket,
            actix: crate::drivers::actix::in_process,
            actix_socket: crate::drivers::actix::socket,
            warp: crate::drivers::warp::in_process,
            warp_socket: crate::drivers::warp::socket,
        },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// What holds for applications that host a server.
mod door {
    grantry_conformance::conformance! {
        cases: door,
        drivers: {
            axum: crate::drivers::axum::in_process,
            axum_socket: crate::drivers::axum::socket,
            actix: crate::drivers::actix::in_process,
            actix_socket: crate::drivers::actix::socket,
            warp: crate::drivers::warp::in_process,
            warp_socket: crate::drivers::warp::socket,
        },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// Many at once, in process and over real sockets.
mod races {
    grantry_conformance::conformance! {
        cases: races,
        drivers: {
            bare: crate::drivers::bare,
            axum_socket: crate::drivers::axum::socket,
            actix_socket: crate::drivers::actix::socket,
            warp_socket: crate::drivers::warp::socket,
        },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// The contract of the stores, also for one that waits around every call.
mod store {
    use grantry::{MemoryStore, MemoryTickets, ports::Stores};
    use grantry_conformance::Yielding;

    fn yielding() -> Stores {
        let tickets = std::sync::Arc::new(Yielding::new(MemoryTickets::default()));
        Stores { tickets, ..MemoryStore::default().into() }
    }

    grantry_conformance::conformance! {
        cases: store,
        stores: { memory: grantry::MemoryStore::default, yielding: crate::store::yielding },
    }
}
