//! How an endpoint speaks when it says no.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use super::{page, proof::DPOP_NONCE, rfc, rpc};
use crate::context::Context;
use crate::error::{Code, Error};
use crate::ports::Pages;
use crate::types::limits;

/// The three ways to say no. The error itself knows none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// RFC 6749 §5.2.
    Rfc,
    /// `google.rpc.Status`, on the direct API.
    Rpc,
    /// A page for a person.
    Page,
}

impl Dialect {
    /// The answer to a request that was refused, at a tenant if it is known. Never fails: what cannot be rendered is a bare
    /// 500.
    pub fn refuse(self, error: &Error, at: Option<&Context>, pages: &dyn Pages) -> Response<Bytes> {
        let status = self.status(error);
        let rendered = match self {
            Self::Rfc => rfc::render(status, error),
            Self::Rpc => rpc::render(status, error),
            Self::Page => page::problem(status, error, at.map(Context::tenant_name), pages),
        };
        let mut response = rendered.unwrap_or_else(|_| bare_500());
        let headers = response.headers_mut();
        if let Some(after) = error.retry_after() {
            // RFC 9110 §10.2.3: whole seconds, rounded up.
            headers.insert(
                header::RETRY_AFTER,
                after
                    .as_millis()
                    .div_ceil(1000)
                    .to_string()
                    .parse()
                    .unwrap_or(HeaderValue::from_static("1")),
            );
        }
        if let Error::ProofNonce(nonce) = error {
            // RFC 9449 §8
            headers.extend(nonce.parse().map(|value| (DPOP_NONCE, value)));
        }
        if let Error::MethodNotAllowed { allow } = error {
            headers.insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        if let (StatusCode::UNAUTHORIZED, Some(ctx)) = (status, at) {
            // RFC 9110 §15.5.2; never Basic on the direct API, or browsers would ask for a password.
            let scheme = if self == Self::Rfc { "Basic" } else { "Bearer" };
            let challenge = format!("{scheme} realm=\"{}\"", ctx.issuer);
            headers.extend(challenge.parse().map(|value| (header::WWW_AUTHENTICATE, value)));
        }
        response
    }

    fn status(self, error: &Error) -> StatusCode {
        match (error, error.code()) {
            (Error::TooLarge(crate::error::Part::Body), _) => StatusCode::PAYLOAD_TOO_LARGE,
            (Error::TooLarge(crate::error::Part::Query), _) => StatusCode::URI_TOO_LONG,
            (Error::NotOffered, _) => StatusCode::NOT_FOUND,
            (Error::MediaType | Error::NotJson, _) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            (_, Code::InvalidClient) => StatusCode::UNAUTHORIZED,
            (_, Code::InvalidCredentials) if self == Self::Rpc => StatusCode::UNAUTHORIZED,
            (_, Code::UnauthorizedClient) if self == Self::Rpc => StatusCode::FORBIDDEN,
            (_, Code::UnknownTenant) => StatusCode::NOT_FOUND,
            (Error::Interaction(_), _) => StatusCode::FORBIDDEN,
            (_, Code::MethodNotAllowed) => StatusCode::METHOD_NOT_ALLOWED,
            (_, Code::Throttled) => StatusCode::TOO_MANY_REQUESTS,
            (_, Code::TemporarilyUnavailable) => StatusCode::SERVICE_UNAVAILABLE,
            (_, Code::ServerError) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

fn bare_500() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// What an adapter hands over in place of a body that is too large or cannot be read: one that the
/// core refuses in the endpoint's own dialect.
pub fn oversized() -> Bytes {
    Bytes::from_static(&[0; limits::BODY + 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_body_that_is_too_large_is_too_large() {
        assert!(oversized().len() > limits::BODY);
    }

    #[test]
    fn what_cannot_be_rendered_is_an_error_all_the_same() {
        let bare = bare_500();
        assert_eq!((bare.status(), bare.body().len()), (StatusCode::INTERNAL_SERVER_ERROR, 0));
    }
}
