//! Answers as JSON.

use std::{sync::LazyLock, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use super::object::Object;
use crate::error::Error;
use crate::types::{CodeAnswer, DeviceAnswer, TokenAnswer};

const NO_SNIFF: (HeaderName, HeaderValue) =
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
const JSON: (HeaderName, HeaderValue) =
    (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
/// What most answers fit into, in bytes.
pub(super) const USUAL: usize = 1024;
/// How long others may keep metadata and keys, in seconds.
const FRESH: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// An answer that nobody keeps (RFC 6749 §5.1).
pub(super) fn private(status: StatusCode, body: &impl Serialize) -> Result<Response<Bytes>, Error> {
    Ok(private_text(status, text(body)?))
}

fn private_text(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().clone_from(&PRIVATE_JSON);
    response
}

/// A document for the one who asks for it.
///
/// # Errors
/// As [`private`].
pub fn private_json(body: &impl Serialize) -> Result<Response<Bytes>, Error> {
    private(StatusCode::OK, body)
}

/// The same, with another status than 200.
///
/// # Errors
/// As [`private`].
pub fn private_document(
    status: StatusCode,
    body: &impl Serialize,
) -> Result<Response<Bytes>, Error> {
    private(status, body)
}

/// It is gone, and there is nothing to say of it (RFC 9110 §15.3.5).
pub fn gone() -> Response<Bytes> {
    let mut response = done();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// It is done, and there is nothing to say of it.
pub fn done() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    keep_private(response.headers_mut());
    response
}

/// The headers of every private answer. A copy costs less than hashing each name again.
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

/// Tokens, on the standard surface (RFC 6749 §5.1). `scope` is there also for a client that asked for none and could
/// not know it; an empty one has no form (RFC 6749 §3.3).
///
/// # Errors
/// [`Error::Internal`] for what cannot be serialised.
pub fn token_answer(answer: &TokenAnswer) -> Result<Response<Bytes>, Error> {
    let mut body = Object::new();
    body.string("access_token", answer.access_token.expose())?;
    // RFC 9449 §5
    let bound = answer.sender_key.is_some();
    body.string("token_type", if bound { "DPoP" } else { "Bearer" })?;
    body.number("expires_in", answer.expires_in.as_secs())?;
    if let Some(token) = &answer.refresh_token {
        body.string("refresh_token", token.expose())?;
    }
    if !answer.scope.is_empty() {
        body.string("scope", answer.scope.as_str())?;
    }
    if let Some(token) = &answer.id_token {
        body.string("id_token", token.expose())?;
    }
    for (name, value) in answer.beside.iter() {
        body.value(name, value)?;
    }
    Ok(private_text(StatusCode::OK, body.end()))
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

/// RFC 8628 §3.2
#[derive(Serialize)]
struct DeviceCodes<'a> {
    device_code: &'a str,
    user_code: &'a str,
    verification_uri: &'a str,
    verification_uri_complete: String,
    expires_in: u64,
    interval: u64,
}

/// The codes of a device, and the page where its user types theirs.
///
/// # Errors
/// [`Error::Internal`] for what cannot be serialised.
pub fn device_answer(answer: &DeviceAnswer, page: &str) -> Result<Response<Bytes>, Error> {
    let user_code = answer.user_code.expose();
    let body = DeviceCodes {
        device_code: answer.device_code.expose(),
        user_code: &user_code,
        verification_uri: page,
        verification_uri_complete: format!("{page}?user_code={}", *user_code),
        expires_in: answer.expires_in.as_secs(),
        interval: answer.interval.as_secs(),
    };
    private(StatusCode::OK, &body)
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
