//! Minting and recognising tokens.

mod access_token;
mod opaque;
mod verify;

#[cfg(test)]
mod props;

pub use access_token::{AccessTokenTerms, mint};
pub use opaque::{OpaqueToken, Seed};
pub use verify::{Claims, Untrusted, verify};
