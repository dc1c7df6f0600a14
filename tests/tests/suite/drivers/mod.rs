//! Drivers for our adapters: each in process, and over a real socket.

pub mod actix;
pub mod axum;
pub mod socket;
pub mod warp;
