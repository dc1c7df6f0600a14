//! Errors as `google.rpc.Status` in proto3 JSON: the documented `rpcStatus`.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;

use super::json;
use crate::error::{Code, Error, Violation, ViolationKind};

#[derive(Serialize)]
struct Status<'a> {
    code: u8,
    message: &'a str,
    details: Vec<Detail>,
}

/// An `Any`: a message with the URL of its type.
#[derive(Serialize)]
#[serde(tag = "@type")]
enum Detail {
    #[serde(rename = "type.googleapis.com/google.rpc.ErrorInfo")]
    ErrorInfo { reason: &'static str, domain: &'static str },
    #[serde(rename = "type.googleapis.com/google.rpc.BadRequest", rename_all = "camelCase")]
    BadRequest { field_violations: Vec<FieldViolation> },
    #[serde(rename = "type.googleapis.com/google.rpc.RetryInfo", rename_all = "camelCase")]
    RetryInfo { retry_delay: String },
}

#[derive(Serialize)]
struct FieldViolation {
    field: &'static str,
    description: String,
}

pub(super) fn render(status: StatusCode, error: &Error) -> Result<Response<Bytes>, Error> {
    let (code, reason) = word(error.code());
    let mut details = vec![Detail::ErrorInfo { reason, domain: "grantry" }];
    let field_violations: Vec<_> = match error {
        Error::Parameters(violations) => violations.iter().map(violation).collect(),
        Error::UnsupportedResponseType => vec![must_be("response_type", "code")],
        Error::UnsupportedGrantType => vec![must_be("grant_type", GRANTS)],
        _ => Vec::new(),
    };
    if !field_violations.is_empty() {
        details.push(Detail::BadRequest { field_violations });
    }
    if let Some(after) = error.retry_after() {
        details.push(Detail::RetryInfo { retry_delay: duration(after) });
    }
    json::private(status, &Status { code, message: &error.hint(), details })
}

/// google.protobuf.Duration in JSON: seconds, with no decimals or with three, and an s.
fn duration(span: Duration) -> String {
    match span.subsec_millis() {
        0 => format!("{}s", span.as_secs()),
        millis => format!("{}.{millis:03}s", span.as_secs()),
    }
}

/// The grants of the direct API.
pub(super) const GRANTS: &str = "authorize_code, authorization_code, password or refresh_token";

fn violation(violation: &Violation) -> FieldViolation {
    FieldViolation { field: violation.field, description: violation.kind.to_string() }
}

fn must_be(field: &'static str, what: &'static str) -> FieldViolation {
    violation(&Violation { field, kind: ViolationKind::MustBe(what) })
}

/// The number of google.rpc.Code, and our reason.
fn word(code: Code) -> (u8, &'static str) {
    match code {
        Code::InvalidRequest
        | Code::InvalidRedirectUri
        | Code::InvalidClientMetadata
        | Code::UnapprovedSoftwareStatement => (3, "INVALID_REQUEST"),
        Code::UnsupportedResponseType => (3, "UNSUPPORTED_RESPONSE_TYPE"),
        Code::UnsupportedGrantType => (3, "UNSUPPORTED_GRANT_TYPE"),
        Code::InvalidGrant => (3, "INVALID_GRANT"),
        Code::InvalidScope => (3, "INVALID_SCOPE"),
        Code::InvalidCredentials => (16, "INVALID_CREDENTIALS"),
        Code::InvalidClient => (16, "INVALID_CLIENT"),
        Code::UnauthorizedClient => (7, "UNAUTHORIZED_CLIENT"),
        Code::UnknownTenant => (5, "UNKNOWN_TENANT"),
        Code::MethodNotAllowed => (12, "METHOD_NOT_ALLOWED"),
        Code::Throttled => (8, "THROTTLED"),
        Code::TemporarilyUnavailable => (14, "TEMPORARILY_UNAVAILABLE"),
        Code::ServerError => (13, "SERVER_ERROR"),
        // Nobody is asked anything on the direct API, nor names a resource, and no device waits there.
        Code::InvalidTarget
        | Code::AccessDenied
        | Code::AuthorizationPending
        | Code::SlowDown
        | Code::ExpiredToken
        | Code::LoginRequired
        | Code::ConsentRequired
        | Code::AccountSelectionRequired
        | Code::RequestNotSupported
        | Code::RequestUriNotSupported
        | Code::InvalidRequestUri
        | Code::InvalidDpopProof
        | Code::UseDpopNonce
        | Code::RegistrationNotSupported
        | Code::UnmetAuthenticationRequirements => (7, "ACCESS_DENIED"),
    }
}
