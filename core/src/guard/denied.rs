//! What a guard turns away, and the challenge that says why.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};

use super::api::Beside;
use crate::error::ProofFault;
use crate::types::{AssertionAlg, Dpop, Scope};
use crate::wire;

/// A request that a guard turned away. Made into an answer by [`Denied::response`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{denial}")]
pub struct Denied {
    denial: Denial,
    realm: Option<Box<str>>,
    beside: Beside,
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
    /// A token that is bound to a key, shown as if it were not (RFC 9449 §7.2): 401 `invalid_token`.
    #[error("the access token is bound to a key: send it as Authorization: DPoP, with a proof")]
    Bound,
    /// A token that is bound to no key, where one must be (RFC 9449 §7.1): 401 `invalid_token`.
    #[error("the access token is not bound to a key")]
    Unbound,
    /// The proof that the sender has the key is wrong or missing (RFC 9449 §7.1): 401
    /// `invalid_dpop_proof`.
    #[error("the DPoP proof is not valid: {0}")]
    Proof(#[from] ProofFault),
    /// The proof has no nonce of this server, or an old one (RFC 9449 §9): 401 `use_dpop_nonce`, with one
    /// in the header `DPoP-Nonce`.
    #[error("the DPoP proof has to hold the nonce of the header DPoP-Nonce")]
    ProofNonce(Box<str>),
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
        Self { denial, realm: realm.map(Into::into), beside: Beside::default() }
    }

    /// The same, with what its challenge says beside.
    pub(super) fn with(self, beside: Beside) -> Self {
        Self { beside, ..self }
    }

    /// The same, where tokens may be bound to keys, or must be.
    pub(crate) fn with_dpop(mut self, dpop: Dpop) -> Self {
        self.beside.dpop = self.beside.dpop.max(dpop);
        self
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
            Denial::Invalid | Denial::Bound | Denial::Unbound => {
                (StatusCode::UNAUTHORIZED, Some("invalid_token"))
            }
            Denial::Proof(_) => (StatusCode::UNAUTHORIZED, Some("invalid_dpop_proof")),
            Denial::ProofNonce(_) => (StatusCode::UNAUTHORIZED, Some("use_dpop_nonce")),
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
            let challenges = self.challenges(code).filter_map(|text| text.try_into().ok());
            headers.extend(challenges.map(|value: HeaderValue| (header::WWW_AUTHENTICATE, value)));
        }
        match &self.denial {
            Denial::ProofNonce(nonce) => wire::with_nonce(response, Some(nonce)),
            _ => response,
        }
    }

    /// One challenge for each way in which a token may be shown here.
    fn challenges(&self, code: Option<&str>) -> impl Iterator<Item = String> {
        let why = self.parameters(code);
        let of_a_key =
            matches!(self.denial, Denial::Bound | Denial::Proof(_) | Denial::ProofNonce(_));
        let bearer = !of_a_key && self.beside.dpop < Dpop::Required;
        let dpop = of_a_key || self.beside.dpop > Dpop::Off;
        // RFC 9449 §7.1
        let algs = format!("algs=\"{}\"", AssertionAlg::names().collect::<Vec<_>>().join(" "));
        let bearer = bearer.then(|| format!("Bearer {}", why.join(", ")));
        let dpop = dpop.then(|| format!("DPoP {}", [&why[..], &[algs]].concat().join(", ")));
        bearer.into_iter().chain(dpop)
    }

    fn parameters(&self, code: Option<&str>) -> Vec<String> {
        let realm = self.realm.as_ref().map(|realm| format!("realm=\"{realm}\""));
        let error = code.map(|code| format!("error=\"{code}\""));
        // RFC 6750 §3: "the required scope of the access token for accessing the requested resource", all of it.
        let scope = match &self.denial {
            Denial::InsufficientScope(scope) => scope.or(&self.beside.scope),
            Denial::Missing | Denial::Invalid | Denial::Unbound => self.beside.scope.clone(),
            _ => Scope::default(),
        };
        let scope = (!scope.is_empty()).then(|| format!("scope=\"{scope}\""));
        // RFC 9728 §5.1
        let metadata = self.beside.metadata.as_ref();
        let metadata = metadata.map(|url| format!("resource_metadata=\"{url}\""));
        [realm, error, scope, metadata].into_iter().flatten().collect()
    }
}
