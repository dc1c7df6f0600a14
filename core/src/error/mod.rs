//! Why not: one precise error, and the one word for it that both dialects translate.

mod admin;
mod code;
mod config;
mod fault;
mod violation;

use std::time::Duration;

pub use admin::AdminError;
pub use code::Code;
pub use config::ConfigError;
pub use fault::{ClientFault, GrantFault, InteractionFault, PromptFault, Unsupported};
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
    /// The code or refresh token counts for nothing.
    #[error("the grant is not valid: {0}")]
    Grant(#[from] GrantFault),
    /// The API that the tokens would be for is none of the tenant's any more, or another than the
    /// client's.
    #[error("the audience is not allowed here any more")]
    Audience,
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

    /// The word for it.
    pub fn code(&self) -> Code {
        match self {
            Self::MethodNotAllowed { .. } => Code::MethodNotAllowed,
            Self::UnknownTenant => Code::UnknownTenant,
            Self::TenantDisabled
            | Self::DirectApiOff
            | Self::Fenced
            | Self::GrantNotAllowed(_)
            | Self::Audience => Code::UnauthorizedClient,
            Self::TooLarge(_)
            | Self::MediaType
            | Self::Parameters(_)
            | Self::ClientOrRedirect
            | Self::PushedOnly
            | Self::Interaction(_) => Code::InvalidRequest,
            Self::RequestUri => Code::InvalidRequestUri,
            Self::Unsupported(Unsupported::Request) => Code::RequestNotSupported,
            Self::Unsupported(Unsupported::RequestUri) => Code::RequestUriNotSupported,
            Self::Unsupported(Unsupported::Registration) => Code::RegistrationNotSupported,
            Self::Prompt(PromptFault::Login) => Code::LoginRequired,
            Self::Prompt(PromptFault::Consent) => Code::ConsentRequired,
            Self::Prompt(PromptFault::Account) => Code::AccountSelectionRequired,
            Self::AccessDenied => Code::AccessDenied,
            Self::UnmetAuthentication => Code::UnmetAuthenticationRequirements,
            Self::UnsupportedResponseType | Self::NoBrowserSignIn => Code::UnsupportedResponseType,
            Self::UnsupportedGrantType => Code::UnsupportedGrantType,
            Self::Client(_) => Code::InvalidClient,
            Self::Credentials => Code::InvalidCredentials,
            Self::Throttled { .. } | Self::TooManyPushed { .. } => Code::Throttled,
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

    /// Why, as one fixed word for audit: more precise than what a caller reads.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::MethodNotAllowed { .. } => "method_not_allowed",
            Self::UnknownTenant => "unknown_tenant",
            Self::TenantDisabled => "tenant_disabled",
            Self::DirectApiOff => "direct_api_off",
            Self::NoBrowserSignIn => "no_browser_sign_in",
            Self::ClientOrRedirect => "client_or_redirect",
            Self::RequestUri => "request_uri",
            Self::PushedOnly => "pushed_only",
            Self::TooManyPushed { .. } => "too_many_pushed",
            Self::Unsupported(_) => "unsupported_parameter",
            Self::Prompt(fault) => fault.reason(),
            Self::AccessDenied => "access_denied",
            Self::UnmetAuthentication => "unmet_authentication",
            Self::Interaction(fault) => fault.reason(),
            Self::Fenced => "fenced",
            Self::TooLarge(_) => "too_large",
            Self::MediaType => "media_type",
            Self::Parameters(_) => "parameters",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::GrantNotAllowed(_) => "grant_not_allowed",
            Self::Client(fault) => fault.reason(),
            Self::Credentials => "credentials",
            Self::Throttled { .. } => "throttled",
            Self::Grant(fault) => fault.reason(),
            Self::Audience => "audience",
            Self::Scope => "scope",
            Self::Busy { .. } => "busy",
            Self::Store(_) => "store",
            Self::Entropy(_) => "entropy",
            Self::Internal => "internal",
        }
    }

    /// Whether the client hears of it, once it is known where its answers go (RFC 6749 §4.1.2.1). What
    /// is wrong with the page or with this server the user reads.
    pub fn is_for_client(&self) -> bool {
        matches!(
            self,
            Self::Parameters(_)
                | Self::PushedOnly
                | Self::UnsupportedResponseType
                | Self::Unsupported(_)
                | Self::GrantNotAllowed(_)
                | Self::Audience
                | Self::Scope
                | Self::Prompt(_)
                | Self::AccessDenied
                | Self::UnmetAuthentication
        )
    }

    /// When to come back, where the caller should.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after }
            | Self::Throttled { retry_after }
            | Self::TooManyPushed { retry_after } => Some(*retry_after),
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
