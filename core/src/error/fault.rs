//! What exactly was wrong with a client, a code or a refresh token.

/// How a client failed to prove itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientFault {
    /// Nobody said who they are.
    #[error("no client credentials")]
    Missing,
    /// An `Authorization` header that cannot be read.
    #[error("malformed credentials")]
    Malformed,
    /// There is no such client.
    #[error("unknown client")]
    Unknown,
    /// The client is disabled.
    #[error("disabled client")]
    Disabled,
    /// The client is registered for another method, or for none.
    #[error("another authentication method")]
    Method,
    /// The secret is not the client's.
    #[error("wrong secret")]
    Secret,
}

/// Why a code or refresh token counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantFault {
    /// Not a token of this kind, tenant and server.
    #[error("not one of our tokens")]
    Forged,
    /// Unknown, expired, ended, another client's, or bound to something else.
    #[error("unknown, dead or another's")]
    Refused,
    /// Used after it had been replaced; the grant is over.
    #[error("replaced and used again")]
    Reused,
    /// Newer than the store knows; the grant is over.
    #[error("newer than the store")]
    RolledBack,
    /// The user may receive no tokens.
    #[error("the user may receive no tokens")]
    Standing,
}

impl ClientFault {
    /// One fixed word for audit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "client_missing",
            Self::Malformed => "client_malformed",
            Self::Unknown => "client_unknown",
            Self::Disabled => "client_disabled",
            Self::Method => "client_method",
            Self::Secret => "client_secret",
        }
    }
}

impl GrantFault {
    /// One fixed word for audit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Forged => "grant_forged",
            Self::Refused => "grant_refused",
            Self::Reused => "grant_reused",
            Self::RolledBack => "grant_rolled_back",
            Self::Standing => "grant_standing",
        }
    }
}
