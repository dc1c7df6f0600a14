//! Drivers for our adapters: each in process, and over a real socket.

pub mod actix;
pub mod axum;
pub mod polls;
pub mod served;
pub mod warp;

use grantry_conformance::{Bare, Driver, World};

/// The bare core, for the same cases.
pub async fn bare(world: World) -> Box<dyn Driver> {
    Box::new(Bare(world.server))
}
