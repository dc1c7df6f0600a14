//! Minting and recognising tokens.

mod access_token;
mod assertion;
mod custom;
mod hint;
mod id_token;
mod jws;
mod nonce;
mod opaque;
mod proof;
mod recognise;
mod signed;
mod subject;
mod user_claims;
mod verify;

#[cfg(test)]
mod props;

pub use access_token::{AccessTokenTerms, mint};
pub use assertion::Assertion;
pub use custom::{About, Said, host_claims, said};
pub use hint::{Hint, read_hint};
pub use id_token::{IdTokenTerms, mint_id_token};
pub use nonce::{counts_as_nonce, new_nonce};
pub use opaque::{OpaqueToken, Seed};
pub use proof::{Proof, ShownFor, spend};
pub use recognise::{print, recognise};
pub use subject::{known_as, subject_in};
pub use user_claims::{asked_claims, scoped_claims, standard_claims, told_scope};
pub use verify::{Claims, Untrusted, verify};
