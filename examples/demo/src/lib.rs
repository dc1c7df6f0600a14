//! What the example applications share, and a real one would not have: arguments, demo tenants,
//! and a page of curl lines to try them with.

#![forbid(unsafe_code)]

mod args;
mod config;
mod database;
mod log;
mod page;
mod tenants;

pub use args::{Args, Place};
pub use log::log;
use page::Page;
use tenants::Demo;
