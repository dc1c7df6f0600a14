//! Drivers for our adapters: each in process, and over a real socket.

pub mod actix;
pub mod axum;
pub mod polls;
pub mod served;
pub mod warp;

use std::net::SocketAddr;

use grantry_conformance::{Bare, Driver, World};

/// The bare core, for what is compared with it.
pub async fn bare(world: World) -> Box<dyn Driver> {
    Box::new(Bare(world.server))
}

/// One world behind each framework, and where it listens.
pub async fn everywhere(world: &World) -> [(&'static str, SocketAddr); 3] {
    [
        ("axum", axum::listen(world.clone()).await),
        ("actix", actix::listen(world.clone()).await),
        ("warp", warp::listen(world.clone()).await),
    ]
}
