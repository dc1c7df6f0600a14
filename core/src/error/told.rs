//! What is told of an error: to callers, to clients, to audit.

use std::time::Duration;

use super::{Code, DeviceFault, Error, PromptFault, Unsupported, Violation};

impl Error {
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
            | Self::NotJson
            | Self::Parameters(_)
            | Self::ClientOrRedirect
            | Self::NotOffered
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
            Self::Throttled { .. } | Self::TooManyPushed { .. } | Self::TooManyDevices { .. } => {
                Code::Throttled
            }
            Self::Proof(_) => Code::InvalidDpopProof,
            Self::ProofNonce(_) => Code::UseDpopNonce,
            Self::Grant(_) | Self::ExtensionRefused => Code::InvalidGrant,
            Self::Device(DeviceFault::Pending) => Code::AuthorizationPending,
            Self::Device(DeviceFault::SlowDown) => Code::SlowDown,
            Self::Device(DeviceFault::Expired) => Code::ExpiredToken,
            Self::Scope => Code::InvalidScope,
            Self::Target => Code::InvalidTarget,
            Self::ClientMetadata(fault) => fault.code(),
            Self::Busy { .. }
            | Self::Store(_)
            | Self::Entropy(_)
            | Self::Contended
            | Self::RegistrationFull => Code::TemporarilyUnavailable,
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
            // RFC 6749 §5.2 has no quotes in these texts.
            Self::ClientMetadata(fault) => fault.to_string().replace('"', "'"),
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
            Self::NotOffered => "not_offered",
            Self::NoBrowserSignIn => "no_browser_sign_in",
            Self::ClientOrRedirect => "client_or_redirect",
            Self::RequestUri => "request_uri",
            Self::PushedOnly => "pushed_only",
            Self::TooManyPushed { .. } => "too_many_pushed",
            Self::TooManyDevices { .. } => "too_many_devices",
            Self::Unsupported(_) => "unsupported_parameter",
            Self::Prompt(fault) => fault.reason(),
            Self::AccessDenied => "access_denied",
            Self::UnmetAuthentication => "unmet_authentication",
            Self::Interaction(fault) => fault.reason(),
            Self::Fenced => "fenced",
            Self::TooLarge(_) => "too_large",
            Self::MediaType | Self::NotJson => "media_type",
            Self::ClientMetadata(_) => "client_metadata",
            Self::RegistrationFull => "registration_full",
            Self::Contended => "contended",
            Self::Parameters(_) => "parameters",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::GrantNotAllowed(_) => "grant_not_allowed",
            Self::Client(fault) => fault.reason(),
            Self::Credentials => "credentials",
            Self::Throttled { .. } => "throttled",
            Self::Proof(fault) => fault.reason(),
            Self::ProofNonce(_) => "proof_nonce",
            Self::Grant(fault) => fault.reason(),
            Self::ExtensionRefused => "extension_refused",
            Self::Device(fault) => fault.reason(),
            Self::Audience => "audience",
            Self::Scope => "scope",
            Self::Target => "target",
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
                | Self::Target
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
            | Self::TooManyPushed { retry_after }
            | Self::TooManyDevices { retry_after } => Some(*retry_after),
            Self::Store(_) | Self::Entropy(_) | Self::Contended => Some(Duration::from_secs(1)),
            // Until some that nobody used are forgotten.
            Self::RegistrationFull => Some(Duration::from_secs(3600)),
            _ => None,
        }
    }
}
