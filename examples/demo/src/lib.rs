//! What the example applications share, and a real one would not have: arguments, demo tenants,
//! and a page of curl lines to try them with.

#![forbid(unsafe_code)]

mod args;
mod page;
mod tenants;

pub use args::Args;
pub use tenants::Demo;
