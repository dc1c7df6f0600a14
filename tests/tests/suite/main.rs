//! The suite on our adapters, in process and over sockets; on the bare core it is in `quick`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;
mod cancellation;
mod drivers;
mod fork;
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
            axum_socket: crate::drivers::axum::socket,
            actix_socket: crate::drivers::actix::socket,
            warp_socket: crate::drivers::warp::socket,
        },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// The contract of the stores, also for some that wait around every call.
mod store {
    use grantry::{MemoryStore, ports::Stores};
    use grantry_conformance::Yielding;

    fn yielding() -> Stores {
        Yielding::new(MemoryStore::default()).stores()
    }

    grantry_conformance::conformance! {
        cases: store,
        stores: { yielding: crate::store::yielding },
    }
}
