//! Which pages may read an answer (CORS): those of origins that a tenant lists, and no others.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};

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
