//! What the programs of this package share. How to run them, and what they showed, is in the
//! `README.md` beside it.

#![forbid(unsafe_code)]

mod ask;
mod chance;
pub mod clock;
mod codes;
mod floor;
mod lent;
mod source;
mod world;

pub use ask::ask;
pub use chance::Chance;
pub use codes::{Codes, PKCE};
pub use floor::{Floor, SECRET};
pub use lent::{Obliging, Unsigned};
pub use source::source;
pub use world::{PASSWORD, WRONG, World};
