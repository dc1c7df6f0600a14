//! Proofs and nonces in headers (RFC 9449 §4.1, §8).

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Response};

use crate::error::ProofFault;

const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The header that hands out a nonce.
pub const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The proof of a request, if it has one.
///
/// # Errors
/// For several (§4.3 item 1), and for what is no text.
pub fn read_proof(headers: &HeaderMap) -> Result<Option<&str>, ProofFault> {
    let mut all = headers.get_all(DPOP).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => one.to_str().map(Some).map_err(|_| ProofFault::Malformed),
        (Some(_), Some(_)) => Err(ProofFault::Repeated),
    }
}

/// The same answer with the nonce that the next proof is to hold, if there are nonces (§8.2).
pub fn with_nonce(mut response: Response<Bytes>, nonce: Option<&str>) -> Response<Bytes> {
    let value = nonce.and_then(|nonce| nonce.parse().ok());
    response.headers_mut().extend(value.map(|value| (DPOP_NONCE, value)));
    response
}
