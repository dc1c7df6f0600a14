//! Answers as JSON.

use std::{sync::LazyLock, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use crate::error::Error;
use crate::types::{CodeAnswer, TokenAnswer};

const NO_SNIFF: (HeaderName, HeaderValue) =
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
const JSON: (HeaderName, HeaderValue) =
    (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
/// What most answers fit into, in bytes.
const USUAL: usize = 1024;
/// How long others may keep metadata and keys, in seconds.
const FRESH: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// An answer that nobody keeps (RFC 6749 §5.1).
pub(super) fn private(status: StatusCode, body: &impl Serialize) -> Result<Response<Bytes>, Error> {
    let mut response = Response::new(text(body)?);
    *response.status_mut() = status;
    response.headers_mut().clone_from(&PRIVATE_JSON);
    Ok(response)
}

/// The headers of every private answer. A copy costs less than hashing each name again.
/// A document for the one who asks for it.
///
/// # Errors
/// As [`private`].
pub fn private_json(body: &impl Serialize) -> Result<Response<Bytes>, Error> {
    private(StatusCode::OK, body)
}

static PRIVATE_JSON: LazyLock<HeaderMap> = LazyLock::new(|| {
    let mut headers = HeaderMap::from_iter([JSON, NO_SNIFF]);
    keep_private(&mut headers);
    headers
});

/// The headers of what nobody keeps and nobody refers to.
pub(super) fn keep_private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

/// A public document with a validator (RFC 9110 §8.8.3): 304 for who has it already.
///
/// # Errors
/// [`Error::Internal`] for what cannot be serialised.
pub fn cacheable(headers: &HeaderMap, body: &impl Serialize) -> Result<Response<Bytes>, Error> {
    let body = text(body)?;
    let hash = digest(&SHA256, &body);
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        value.to_str().is_ok_and(|all| all.split(',').any(|one| matches(one.trim(), &tag)))
    });
    let mut response = Response::new(if known { Bytes::new() } else { body });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        response.headers_mut().extend([JSON, NO_SNIFF]);
    }
    let tag = HeaderValue::try_from(tag).map_err(|_| Error::Internal)?;
    response.headers_mut().extend([(header::CACHE_CONTROL, FRESH), (header::ETAG, tag)]);
    Ok(response)
}

/// RFC 9110 §13.1.2: weak comparison.
fn matches(one: &str, tag: &str) -> bool {
    one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag
}

/// RFC 6749 §5.1
#[derive(Serialize)]
struct Tokens<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
}

/// Tokens, on the standard surface. `scope` is there also for a client that asked for none and could
/// not know it; an empty one has no form (RFC 6749 §3.3).
///
/// # Errors
/// [`Error::Internal`] for what cannot be serialised.
pub fn token_answer(answer: &TokenAnswer) -> Result<Response<Bytes>, Error> {
    let body = Tokens {
        access_token: answer.access_token.expose(),
        token_type: "Bearer",
        expires_in: answer.expires_in.as_secs(),
        refresh_token: answer.refresh_token.as_ref().map(|token| token.expose()),
        scope: answer.scope.as_str(),
        id_token: answer.id_token.as_ref().map(|token| token.expose()),
    };
    private(StatusCode::OK, &body)
}

/// The documented `v1TokenResponse`: four strings, the seconds among them, as proto3 JSON writes
/// an int64.
#[derive(Serialize)]
struct DirectTokens<'a> {
    access_token: &'a str,
    expires_in: String,
    refresh_token: &'a str,
    token_type: &'static str,
}

/// Tokens, on the direct API.
///
/// # Errors
/// [`Error::Internal`] for what cannot be serialised.
pub fn token_answer_direct(answer: &TokenAnswer) -> Result<Response<Bytes>, Error> {
    let body = DirectTokens {
        access_token: answer.access_token.expose(),
        expires_in: answer.expires_in.as_secs().to_string(),
        refresh_token: answer.refresh_token.as_ref().map_or("", |token| token.expose()),
        token_type: "Bearer",
    };
    private(StatusCode::OK, &body)
}

/// The documented `v1AuthorizeResponse`.
#[derive(Serialize)]
struct DirectCode<'a> {
    code: &'a str,
}

/// A code, on the direct API.
///
/// # Errors
/// [`Error::Internal`] for what cannot be serialised.
pub fn code_answer(answer: &CodeAnswer) -> Result<Response<Bytes>, Error> {
    private(StatusCode::OK, &DirectCode { code: answer.code.expose() })
}

/// RFC 9126 §2.2
#[derive(Serialize)]
struct Pushed<'a> {
    request_uri: &'a str,
    expires_in: u64,
}

/// A request was pushed: the reference to it.
///
/// # Errors
/// [`Error::Internal`] for what cannot be serialised.
pub fn pushed_answer(request_uri: &str, lifetime: Duration) -> Result<Response<Bytes>, Error> {
    private(StatusCode::CREATED, &Pushed { request_uri, expires_in: lifetime.as_secs() })
}

fn text(body: &impl Serialize) -> Result<Bytes, Error> {
    let mut text = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut text, body).map_err(|_| Error::Internal)?;
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::limits;

    #[test]
    fn jw_04_others_keep_documents_no_longer_than_keys_are_announced_for() {
        assert_eq!(FRESH, format!("public, max-age={}", limits::JWKS_MAX_AGE));
    }
}
