//! What exactly was wrong with the proof that a sender has a key.

/// Why a proof counts for nothing (RFC 9449 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofFault {
    /// There is none, and there must be.
    #[error("the header DPoP is required")]
    Missing,
    /// There are several.
    #[error("the header DPoP is given more than once")]
    Repeated,
    /// It is no JWT of three parts with the members that a proof has, or too long.
    #[error("it is no JWT with the claims of a proof")]
    Malformed,
    /// It is another kind of JWT, or holds something that has to be understood.
    #[error("its typ must be dpop+jwt")]
    Type,
    /// By no algorithm that there is here.
    #[error("its alg must be one of dpop_signing_alg_values_supported")]
    Algorithm,
    /// It holds no public key, not one for its algorithm, or a private one.
    #[error("its jwk must be a public key for its alg")]
    Key,
    /// The key that it holds did not sign it.
    #[error("its signature is not of its jwk")]
    Signature,
    /// It is for another method.
    #[error("its htm must be the method of the request")]
    Method,
    /// It is for another URL.
    #[error("its htu must be the URL of the request")]
    Url,
    /// It was made too long ago, or will be.
    #[error("its iat must be now")]
    Time,
    /// It has no id that can be remembered.
    #[error("its jti must be 1 to 128 bytes")]
    Id,
    /// It was shown before, or may have been.
    #[error("it was used before")]
    Replayed,
    /// It is not for the access token that it came with.
    #[error("its ath must be the hash of the access token")]
    Token,
    /// It is of another key than the one that the request or the access token names.
    #[error("its key must be the one that was named")]
    OtherKey,
}

impl ProofFault {
    /// One fixed word for audit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "proof_missing",
            Self::Repeated => "proof_repeated",
            Self::Malformed => "proof_malformed",
            Self::Type => "proof_type",
            Self::Algorithm => "proof_algorithm",
            Self::Key => "proof_key",
            Self::Signature => "proof_signature",
            Self::Method => "proof_method",
            Self::Url => "proof_url",
            Self::Time => "proof_time",
            Self::Id => "proof_id",
            Self::Replayed => "proof_replayed",
            Self::Token => "proof_token",
            Self::OtherKey => "proof_other_key",
        }
    }
}
