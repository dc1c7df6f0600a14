//! Which pages may read an answer (CORS): those of origins that a tenant lists, and no others.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header};

use crate::types::Origin;

/// Lets the asking page read the answer if its origin is listed (LE-16).
pub fn allow_origin(headers: &HeaderMap, listed: &[Origin], response: &mut Response<Bytes>) {
    if listed.is_empty() {
        return;
    }
    let answer = response.headers_mut();
    answer.insert(header::VARY, HeaderValue::from_static("Origin"));
    let origin = headers.get(header::ORIGIN);
    let known = |origin: &&HeaderValue| listed.iter().any(|own| own.as_str() == **origin);
    if let Some(origin) = origin.filter(known) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
}

/// Lets a page that may read the answer read, beside its body, why it was refused and what its next proof must
/// hold (RFC 9449 §8.2).
pub fn expose_challenges(response: &mut Response<Bytes>) {
    let answer = response.headers_mut();
    if answer.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        let names = HeaderValue::from_static("dpop-nonce, www-authenticate");
        answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, names);
    }
}

/// Lets every page read an answer that holds nothing but what everybody may know.
pub fn allow_all(response: &mut Response<Bytes>) {
    let all = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, all);
}

/// Whether a browser asks whether a page may ask (Fetch Standard §4.8).
pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    let asked = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    *method == Method::OPTIONS && headers.contains_key(header::ORIGIN) && asked
}

/// Lets every page ask. It names its client in what it asks, so whether it may read the answer is
/// decided there; a browser sends no cookie along.
pub fn preflight() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let fixed = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, dpop"),
        (header::ACCESS_CONTROL_MAX_AGE, "3600"),
    ];
    let fixed = fixed.map(|(name, value)| (name, HeaderValue::from_static(value)));
    response.headers_mut().extend::<HeaderMap>(fixed.into_iter().collect());
    response
}
