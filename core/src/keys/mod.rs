//! The built-in keyring: keys of each tenant, parsed once and kept parsed, and their succession.

mod generate;
mod parsed;
mod ring;
mod rotate;
mod signers;

pub use generate::{first, generate};
pub use ring::Ring;
pub use rotate::{free_number, is_due, remaining, succeed};
