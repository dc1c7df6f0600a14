//! Why not: one precise error, and the one word for it that both dialects translate.

mod admin;
mod config;
mod violation;

use std::time::Duration;

pub use admin::AdminError;
pub use config::ConfigError;
pub use violation::{Violation, ViolationKind};

use crate::ports::{EntropyError, SignInError, StoreError};
use crate::types::GrantType;

/// Why a request was refused. Precise, for logs and audit; callers see its [`Code`] and texts from
/// fixed tables. It holds no text that a caller sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The endpoint does not know the method.
    #[error("this endpoint answers {allow} only")]
    MethodNotAllowed {
        /// What it knows, as in the `Allow` header.
        allow: &'static str,
    },
    /// There is no such tenant, or its name is not well-formed.
    #[error("there is no such tenant")]
    UnknownTenant,
    /// The tenant issues nothing now.
    #[error("the tenant is disabled")]
    TenantDisabled,
    /// The tenant's policy has no direct API, or not in this form.
    #[error("the tenant's policy does not offer this form of the direct API")]
    DirectApiOff,
    /// Browsers cannot sign in here.
    #[error("sign-in in the browser is not available here")]
    NoBrowserSignIn,
    /// A browser made the request in a way that no application of the tenant does.
    #[error("browsers may call this endpoint by fetch alone, from origins that the tenant lists")]
    Fenced,
    /// More bytes than are read.
    #[error("the {} is too large", .0.as_str())]
    TooLarge(Part),
    /// A body that is no form.
    #[error("the body must be application/x-www-form-urlencoded")]
    MediaType,
    /// Parameters that are missing or wrong: all of them.
    #[error("bad parameters")]
    Parameters(Vec<Violation>),
    /// No response type that this server knows.
    #[error("response_type is not supported")]
    UnsupportedResponseType,
    /// No grant type that this server knows or the tenant offers.
    #[error("grant_type is not supported")]
    UnsupportedGrantType,
    /// The tenant's or the client's policy does not name the grant.
    #[error("{} is not allowed here", .0.as_str())]
    GrantNotAllowed(GrantType),
    /// The client did not prove itself.
    #[error("client authentication failed: {0}")]
    Client(#[from] ClientFault),
    /// Unknown user, wrong password, disabled user: one error, since nobody learns which.
    #[error("the user name or the password is wrong")]
    Credentials,
    /// The code or refresh token counts for nothing.
    #[error("the grant is not valid: {0}")]
    Grant(#[from] GrantFault),
    /// A scope that the client or the grant does not have.
    #[error("the scope is not allowed here")]
    Scope,
    /// Passwords are hashed at capacity.
    #[error("password hashing is at capacity")]
    Busy {
        /// When to come back.
        retry_after: Duration,
    },
    /// A store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no chance to be had.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// A bug of ours.
    #[error("internal error")]
    Internal,
}

/// Which part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The body.
    Body,
    /// The query string.
    Query,
}

impl Part {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Query => "query",
        }
    }
}

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

/// The word for an error, from which each dialect derives its own. Closed on purpose: a new one is
/// a compile error in every dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// RFC 6749 §5.2 `invalid_request`.
    InvalidRequest,
    /// RFC 6749 §5.2 `invalid_client`.
    InvalidClient,
    /// RFC 6749 §5.2 `invalid_grant`.
    InvalidGrant,
    /// A wrong password; `invalid_grant` by RFC 6749 §4.3.2.
    InvalidCredentials,
    /// RFC 6749 §5.2 `invalid_scope`.
    InvalidScope,
    /// RFC 6749 §5.2 `unauthorized_client`.
    UnauthorizedClient,
    /// RFC 6749 §5.2 `unsupported_grant_type`.
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1 `unsupported_response_type`.
    UnsupportedResponseType,
    /// There is no such tenant.
    UnknownTenant,
    /// The method is wrong.
    MethodNotAllowed,
    /// Try again later.
    TemporarilyUnavailable,
    /// A bug of ours.
    ServerError,
}

impl Error {
    /// A parameter that is wrong.
    pub fn parameter(field: &'static str, kind: ViolationKind) -> Self {
        Self::Parameters(vec![Violation { field, kind }])
    }

    /// The word for it.
    pub fn code(&self) -> Code {
        match self {
            Self::MethodNotAllowed { .. } => Code::MethodNotAllowed,
            Self::UnknownTenant => Code::UnknownTenant,
            Self::TenantDisabled | Self::DirectApiOff | Self::Fenced | Self::GrantNotAllowed(_) => {
                Code::UnauthorizedClient
            }
            Self::TooLarge(_) | Self::MediaType | Self::Parameters(_) => Code::InvalidRequest,
            Self::UnsupportedResponseType | Self::NoBrowserSignIn => Code::UnsupportedResponseType,
            Self::UnsupportedGrantType => Code::UnsupportedGrantType,
            Self::Client(_) => Code::InvalidClient,
            Self::Credentials => Code::InvalidCredentials,
            Self::Grant(_) => Code::InvalidGrant,
            Self::Scope => Code::InvalidScope,
            Self::Busy { .. } | Self::Store(_) | Self::Entropy(_) => Code::TemporarilyUnavailable,
            Self::Internal => Code::ServerError,
        }
    }

    /// What a caller may read: never which credential was wrong, never a cause of ours.
    pub fn hint(&self) -> String {
        match self {
            Self::Parameters(violations) => {
                violations.iter().map(Violation::to_string).collect::<Vec<_>>().join("; ")
            }
            Self::UnsupportedResponseType => "response_type must be code".to_owned(),
            Self::Client(_) => "client authentication failed".to_owned(),
            Self::Grant(_) => {
                "the code or refresh token is unknown, expired, used, or was issued for another \
                 client or redirect URI"
                    .to_owned()
            }
            Self::Store(_) | Self::Entropy(_) => "try again later".to_owned(),
            other => other.to_string(),
        }
    }

    /// When to come back, where the caller should.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after } => Some(*retry_after),
            Self::Store(_) | Self::Entropy(_) => Some(Duration::from_secs(1)),
            _ => None,
        }
    }
}

impl From<SignInError> for Error {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Busy { retry_after } => Self::Busy { retry_after },
            SignInError::Store(error) => Self::Store(error),
        }
    }
}
