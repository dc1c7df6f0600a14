//! What the programs of this package share. How to run them, and what they showed, is in the
//! `README.md` beside it.

#![forbid(unsafe_code)]

mod chance;
mod source;
mod world;

pub use chance::Chance;
pub use source::source;
pub use world::{PASSWORD, WRONG, World};
