//! Signature algorithms.

use super::choices::choice;

/// An algorithm that signs tokens (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SigningAlg {
    /// ECDSA on P-256 with SHA-256: what every verifier knows.
    #[default]
    Es256,
    /// Ed25519: about half the work of ES256.
    EdDsa,
    /// RSA PKCS #1 v1.5 with SHA-256, 2048 bits: for verifiers that know nothing else. About
    /// eighteen times the work of ES256.
    Rs256,
}

impl SigningAlg {
    /// Every algorithm.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];
}

choice!(
    /// The name in the header of a token (`alg`).
    SigningAlg,
    "a signing algorithm",
    Es256 = "ES256",
    EdDsa = "EdDSA",
    Rs256 = "RS256",
);
