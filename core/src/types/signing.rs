//! Signature algorithms.

use jsonwebtoken::Algorithm;

/// An algorithm that signs tokens (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SigningAlg {
    /// ECDSA on P-256 with SHA-256: what every verifier knows.
    #[default]
    Es256,
    /// Ed25519: about half the work of ES256.
    EdDsa,
}

impl SigningAlg {
    /// Every algorithm that a tenant holds a key for.
    pub const ALL: [Self; 2] = [Self::Es256, Self::EdDsa];

    /// The name in the header of a token (`alg`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl From<SigningAlg> for Algorithm {
    fn from(alg: SigningAlg) -> Self {
        match alg {
            SigningAlg::Es256 => Self::ES256,
            SigningAlg::EdDsa => Self::EdDSA,
        }
    }
}

impl TryFrom<Algorithm> for SigningAlg {
    type Error = Algorithm;

    /// The algorithm, or what it was where tokens are never signed so.
    fn try_from(alg: Algorithm) -> Result<Self, Algorithm> {
        match alg {
            Algorithm::ES256 => Ok(Self::Es256),
            Algorithm::EdDSA => Ok(Self::EdDsa),
            other => Err(other),
        }
    }
}
