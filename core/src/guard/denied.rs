//! What a guard turns away, and the challenge that says why.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use crate::types::Scope;

/// A request that a guard turned away. Made into an answer by [`Denied::response`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{denial}")]
pub struct Denied {
    denial: Denial,
    realm: Option<Box<str>>,
}

/// Why a guard turned a request away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denial {
    /// No token at all: 401 without an error code (RFC 6750 §3.1).
    #[error("an access token is required")]
    Missing,
    /// A token in two places, or a header that cannot be read: 400 `invalid_request`.
    #[error("send the access token once, as Authorization: Bearer <token>")]
    Malformed,
    /// Not a token for this tenant and audience, expired, or its grant is over: 401
    /// `invalid_token`.
    #[error("the access token is invalid, expired, or was issued for something else")]
    Invalid,
    /// A scope that the token does not have: 403 `insufficient_scope`.
    #[error("the access token lacks the scope {0}")]
    InsufficientScope(Scope),
    /// The keys or the grant could not be looked up: 503.
    #[error("access cannot be checked now: try again later")]
    Unavailable,
    /// The application is put together wrongly: 500, with a text for its developer.
    #[error("{0}")]
    Misconfigured(&'static str),
}

impl Denied {
    /// A denial, with what the challenge names as the realm: the issuer whose tokens would be
    /// taken, or the audience they must be for.
    pub fn new(denial: Denial, realm: Option<&str>) -> Self {
        Self { denial, realm: realm.map(Into::into) }
    }

    /// A route whose guard is missing or wrong: 500 with a text for its developer.
    pub fn misconfigured(what: &'static str) -> Self {
        Self::new(Denial::Misconfigured(what), None)
    }

    /// Why.
    pub fn denial(&self) -> &Denial {
        &self.denial
    }

    /// The answer, with the challenge of RFC 6750 §3.
    pub fn response(&self) -> Response<Bytes> {
        let (status, code) = match self.denial {
            Denial::Missing => (StatusCode::UNAUTHORIZED, None),
            Denial::Malformed => (StatusCode::BAD_REQUEST, Some("invalid_request")),
            Denial::Invalid => (StatusCode::UNAUTHORIZED, Some("invalid_token")),
            Denial::InsufficientScope(_) => (StatusCode::FORBIDDEN, Some("insufficient_scope")),
            Denial::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, Some("temporarily_unavailable"))
            }
            Denial::Misconfigured(_) => (StatusCode::INTERNAL_SERVER_ERROR, Some("server_error")),
        };
        let mut body = serde_json::Map::new();
        body.extend(code.map(|code| ("error".to_owned(), code.into())));
        body.insert("error_description".to_owned(), self.denial.to_string().into());
        let body = serde_json::Value::Object(body).to_string();
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        } else if status != StatusCode::INTERNAL_SERVER_ERROR {
            let challenge = HeaderValue::try_from(self.challenge(code)).ok();
            headers.extend(challenge.map(|value| (header::WWW_AUTHENTICATE, value)));
        }
        response
    }

    fn challenge(&self, code: Option<&str>) -> String {
        let realm = self.realm.as_ref().map(|realm| format!("realm=\"{realm}\""));
        let error = code.map(|code| format!("error=\"{code}\""));
        let scope = match &self.denial {
            Denial::InsufficientScope(scope) => Some(format!("scope=\"{scope}\"")),
            _ => None,
        };
        let parts: Vec<_> = [realm, error, scope].into_iter().flatten().collect();
        ["Bearer", &parts.join(", ")].join(" ")
    }
}
