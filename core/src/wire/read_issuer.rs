//! What issuers elsewhere show of themselves.

use std::sync::Arc;

use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;

use crate::ports::VerifyingKey;
use crate::types::{Issuer, limits, object};

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Value>,
}

/// Where the keys of this issuer are, if the metadata is its own (RFC 8414 §3.3: "The "issuer" value returned
/// MUST be identical").
pub fn read_metadata(body: &[u8], issuer: &Issuer) -> Option<String> {
    let read = object::<Metadata>(body).filter(|read| read.issuer == issuer.as_str())?;
    Some(read.jwks_uri)
}

/// The keys by which access tokens may be signed. A set may hold others, for other uses (RFC 7517 §5).
pub fn read_keys(body: &[u8]) -> Option<Vec<Arc<VerifyingKey>>> {
    let shown = object::<JwkSet>(body)?.keys.into_iter();
    let known = shown.filter_map(|key| {
        let jwk = serde_json::from_value::<Jwk>(key).ok()?;
        VerifyingKey::from_jwk(&jwk).ok().map(Arc::new)
    });
    Some(known.take(limits::LISTED).collect())
}
