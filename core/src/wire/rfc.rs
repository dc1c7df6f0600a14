//! Errors by RFC 6749 §5.2.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;

use super::json;
use crate::error::{Code, Error};

#[derive(Serialize)]
struct Body<'a> {
    error: &'static str,
    error_description: &'a str,
}

pub(super) fn render(status: StatusCode, error: &Error) -> Result<Response<Bytes>, Error> {
    json::private(status, &Body { error: word(error.code()), error_description: &error.hint() })
}

/// The word on the wire.
pub(super) fn word(code: Code) -> &'static str {
    match code {
        Code::InvalidRequest | Code::UnknownTenant | Code::MethodNotAllowed => "invalid_request",
        Code::InvalidClient => "invalid_client",
        // RFC 6749 §5.2: "resource owner credentials" are a grant here.
        Code::InvalidGrant | Code::InvalidCredentials => "invalid_grant",
        Code::InvalidScope => "invalid_scope",
        Code::InvalidTarget => "invalid_target",
        Code::UnauthorizedClient => "unauthorized_client",
        Code::UnsupportedGrantType => "unsupported_grant_type",
        Code::UnsupportedResponseType => "unsupported_response_type",
        // RFC 6749 has no word for it; the status (RFC 6585 §4) and Retry-After tell.
        Code::Throttled | Code::TemporarilyUnavailable => "temporarily_unavailable",
        Code::ServerError => "server_error",
        Code::AccessDenied => "access_denied",
        Code::AuthorizationPending => "authorization_pending",
        Code::SlowDown => "slow_down",
        Code::ExpiredToken => "expired_token",
        Code::LoginRequired => "login_required",
        Code::ConsentRequired => "consent_required",
        Code::AccountSelectionRequired => "account_selection_required",
        Code::RequestNotSupported => "request_not_supported",
        Code::RequestUriNotSupported => "request_uri_not_supported",
        Code::InvalidRequestUri => "invalid_request_uri",
        Code::RegistrationNotSupported => "registration_not_supported",
        Code::InvalidDpopProof => "invalid_dpop_proof",
        Code::UseDpopNonce => "use_dpop_nonce",
        Code::InvalidRedirectUri => "invalid_redirect_uri",
        Code::InvalidClientMetadata => "invalid_client_metadata",
        Code::UnapprovedSoftwareStatement => "unapproved_software_statement",
        Code::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
    }
}
