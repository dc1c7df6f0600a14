//! The built-in keyring: keys of each tenant, parsed once and kept parsed.

mod generate;
mod ring;
mod signers;

pub use generate::generate;
pub use ring::Ring;
