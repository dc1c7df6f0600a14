//! Why not: one precise error, and the one word for it that both dialects translate.

mod admin;
mod code;
mod config;
mod fault;
mod metadata_fault;
mod proof_fault;
mod told;
mod violation;

use std::time::Duration;

pub use admin::AdminError;
pub use code::Code;
pub use config::ConfigError;
pub use fault::{ClientFault, DeviceFault, GrantFault, InteractionFault, PromptFault, Unsupported};
pub use metadata_fault::MetadataFault;
pub use proof_fault::ProofFault;
pub use violation::{Violation, ViolationKind};

use crate::ports::{EntropyError, SignInError, StoreError, host::HostFault};
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
    /// The tenant's policy does not offer the endpoint.
    #[error("this endpoint is not available here")]
    NotOffered,
    /// Browsers cannot sign in here.
    #[error("sign-in in the browser is not available here")]
    NoBrowserSignIn,
    /// The client is not known, or the redirect URI is none of its own: nobody is sent anywhere, and
    /// nobody learns which (AZ-30).
    #[error("the client is not known here, or the redirect_uri is none of its own")]
    ClientOrRedirect,
    /// A reference to no request, to one that is over, or to another client's.
    #[error("the request_uri is unknown, expired, used, or another client's")]
    RequestUri,
    /// The client has to push its requests.
    #[error("requests have to be pushed to the pushed_authorization_request_endpoint first")]
    PushedOnly,
    /// The client pushed too many requests.
    #[error("too many requests were pushed: wait before the next one")]
    TooManyPushed {
        /// When to come back.
        retry_after: Duration,
    },
    /// The client asked for too many devices.
    #[error("too many devices were asked for: wait before the next one")]
    TooManyDevices {
        /// When to come back.
        retry_after: Duration,
    },
    /// A parameter that stands for something which this server does not do.
    #[error("{} is not supported", .0.parameter())]
    Unsupported(#[from] Unsupported),
    /// The user would have to be asked, and must not be.
    #[error(transparent)]
    Prompt(#[from] PromptFault),
    /// The user said no.
    #[error("the user refused")]
    AccessDenied,
    /// The user cannot prove who they are as well as the client needs.
    #[error("the user cannot be authenticated as the request demands")]
    UnmetAuthentication,
    /// A page that was answered, or shown, in a way that does not count.
    #[error(transparent)]
    Interaction(#[from] InteractionFault),
    /// A browser made the request in a way that no application of the tenant does.
    #[error("browsers may call this endpoint by fetch alone, from origins that the tenant lists")]
    Fenced,
    /// More bytes than are read.
    #[error("the {} is too large", .0.as_str())]
    TooLarge(Part),
    /// What a client says of itself cannot be registered.
    #[error(transparent)]
    ClientMetadata(#[from] MetadataFault),
    /// As many clients have registered themselves as the tenant lets.
    #[error("no more clients can be registered now")]
    RegistrationFull,
    /// Somebody else changed it at the same moment.
    #[error("somebody else changed this at the same moment")]
    Contended,
    /// A body that is no JSON.
    #[error("the body must be application/json")]
    NotJson,
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
    /// Too many sign-ins failed; the password was not looked at.
    #[error("too many failed sign-ins: wait before the next one")]
    Throttled {
        /// When to come back.
        retry_after: Duration,
    },
    /// The proof that the sender has a key counts for nothing, or is missing.
    #[error("the DPoP proof is not valid: {0}")]
    Proof(#[from] ProofFault),
    /// The proof has no nonce of this server, or an old one; here is one.
    #[error("the DPoP proof has to hold the nonce of the header DPoP-Nonce")]
    ProofNonce(Box<str>),
    /// The code or refresh token counts for nothing.
    #[error("the grant is not valid: {0}")]
    Grant(#[from] GrantFault),
    /// What the client brought for a grant of the host's own counts for nothing.
    #[error("what the grant was asked with is not valid here")]
    ExtensionRefused,
    /// A device has to wait, or waited too long.
    #[error(transparent)]
    Device(#[from] DeviceFault),
    /// The API that the tokens would be for is none of the tenant's any more, or another than the
    /// client's.
    #[error("the audience is not allowed here any more")]
    Audience,
    /// A resource that the tenant does not list, or that the grant is not for (RFC 8707 §2).
    #[error("the resource is not allowed here")]
    Target,
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

impl Error {
    /// A parameter that is wrong.
    pub fn parameter(field: &'static str, kind: ViolationKind) -> Self {
        Self::Parameters(vec![Violation { field, kind }])
    }
}

impl From<HostFault> for Error {
    fn from(fault: HostFault) -> Self {
        match fault {
            HostFault::Unavailable(error) => Self::Store(error),
            HostFault::Panicked => Self::Internal,
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
