//! The closed set of words that dialects translate.

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
    /// RFC 8707 §2 `invalid_target`.
    InvalidTarget,
    /// RFC 6749 §5.2 `unauthorized_client`.
    UnauthorizedClient,
    /// RFC 6749 §5.2 `unsupported_grant_type`.
    UnsupportedGrantType,
    /// RFC 6749 §4.1.2.1 `unsupported_response_type`.
    UnsupportedResponseType,
    /// RFC 6749 §4.1.2.1 `access_denied`.
    AccessDenied,
    /// RFC 8628 §3.5 `authorization_pending`.
    AuthorizationPending,
    /// RFC 8628 §3.5 `slow_down`.
    SlowDown,
    /// RFC 8628 §3.5 `expired_token`.
    ExpiredToken,
    /// OpenID Connect Core §3.1.2.6 `login_required`.
    LoginRequired,
    /// OpenID Connect Core §3.1.2.6 `consent_required`.
    ConsentRequired,
    /// OpenID Connect Core §3.1.2.6 `account_selection_required`.
    AccountSelectionRequired,
    /// OpenID Connect Core §3.1.2.6 `request_not_supported`.
    RequestNotSupported,
    /// OpenID Connect Core §3.1.2.6 `request_uri_not_supported`.
    RequestUriNotSupported,
    /// OpenID Connect Core §3.1.2.6 `invalid_request_uri`.
    InvalidRequestUri,
    /// OpenID Connect Core §3.1.2.6 `registration_not_supported`.
    RegistrationNotSupported,
    /// OpenID Connect Core Unmet Authentication Requirements §2.
    UnmetAuthenticationRequirements,
    /// RFC 9449 §5 `invalid_dpop_proof`.
    InvalidDpopProof,
    /// RFC 9449 §8 `use_dpop_nonce`.
    UseDpopNonce,
    /// RFC 7591 §3.2.2 `invalid_redirect_uri`.
    InvalidRedirectUri,
    /// RFC 7591 §3.2.2 `invalid_client_metadata`.
    InvalidClientMetadata,
    /// A client's software statement does not count here (RFC 7591 §3.2.2).
    UnapprovedSoftwareStatement,
    /// There is no such tenant.
    UnknownTenant,
    /// The method is wrong.
    MethodNotAllowed,
    /// Too many failed sign-ins.
    Throttled,
    /// Try again later.
    TemporarilyUnavailable,
    /// A bug of ours.
    ServerError,
}
