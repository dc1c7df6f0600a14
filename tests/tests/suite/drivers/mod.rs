//! Drivers for our adapters: each in process, and over a real socket.

pub mod actix;
pub mod axum;
pub mod polls;
pub mod served;
pub mod warp;
