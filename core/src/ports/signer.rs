//! A key that signs, wherever it lives.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::types::SigningAlg;

/// Signs tokens. A key management service can stand behind it; the built-in one holds the parsed
/// key in memory.
///
/// ```
/// use aws_lc_rs::signature::Ed25519KeyPair;
/// use grantry::{async_trait, ports::{Signer, StoreError}, types::SigningAlg};
///
/// #[derive(Debug)]
/// struct InMemory { kid: String, key: Ed25519KeyPair }
///
/// #[async_trait]
/// impl Signer for InMemory {
///     fn key_id(&self) -> &str { &self.kid }
///     fn alg(&self) -> SigningAlg { SigningAlg::EdDsa }
///     async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, StoreError> {
///         Ok(self.key.sign(message).as_ref().to_vec())
///     }
/// }
/// ```
#[async_trait]
pub trait Signer: Debug + Send + Sync + 'static {
    /// The key's id (`kid`), plain ASCII without quotes and backslashes.
    fn key_id(&self) -> &str;

    /// The algorithm.
    fn alg(&self) -> SigningAlg;

    /// The signature in the form of JWS (RFC 7515): for ES256 the 64 bytes of RFC 7518 §3.4.
    ///
    /// # Errors
    /// When the key cannot be reached; the request is answered 503 and can be retried.
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, StoreError>;
}
