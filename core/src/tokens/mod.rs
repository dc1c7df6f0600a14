//! Minting and recognising tokens.

mod access_token;
mod opaque;
mod verify;

pub use access_token::{AccessTokenTerms, mint};
pub use opaque::{OpaqueToken, Seed};
pub use verify::{Claims, Untrusted, verify};
