//! Proofs that whoever sends a request has a key (RFC 9449), as clients make them.

use std::sync::atomic::Ordering;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use grantry::types::Timestamp;
use http::{HeaderValue, Request};
use serde_json::{Value, json};

use crate::KeyHolder;

impl KeyHolder {
    /// The public key as a proof holds it: what makes it that key, and nothing else.
    pub fn bare_jwk(&self) -> Value {
        let mut jwk = self.jwk();
        if let Some(jwk) = jwk.as_object_mut() {
            jwk.retain(|name, _| ["kty", "crv", "x", "y", "n", "e"].contains(&name.as_str()));
        }
        jwk
    }

    /// Its thumbprint (RFC 7638), as it stands in `jkt` and `dpop_jkt`.
    pub fn thumbprint(&self) -> String {
        let jwk = self.bare_jwk();
        let mut members: Vec<_> = jwk.as_object().into_iter().flatten().collect();
        members.sort_by_key(|(name, _)| name.as_str());
        let members = members.iter().map(|(name, value)| format!("\"{name}\":{value}"));
        let canonical = format!("{{{}}}", members.collect::<Vec<_>>().join(","));
        URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
    }

    /// The header of its proofs.
    pub fn proof_header(&self) -> Value {
        json!({ "typ": "dpop+jwt", "alg": self.alg, "jwk": self.bare_jwk() })
    }

    /// What a proof says for a request: new each time.
    pub fn proof_claims(&self, method: &str, url: &str, now: Timestamp) -> Value {
        let id = format!("proof-{}-{}", self.alg, self.made.fetch_add(1, Ordering::Relaxed));
        json!({ "htm": method, "htu": url, "iat": now.as_secs(), "jti": id })
    }

    /// A proof that says this, under the usual header.
    pub fn prove(&self, claims: &Value) -> String {
        self.sign(&self.proof_header(), claims)
    }
}

/// What a proof says of the access token that it comes with (`ath`).
pub fn token_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, access_token.as_bytes()))
}

/// The same request with one more proof.
///
/// # Panics
/// When it is no header.
pub fn with_proof(mut request: Request<Bytes>, proof: &str) -> Request<Bytes> {
    let value = HeaderValue::try_from(proof).expect("a header");
    request.headers_mut().append("dpop", value);
    request
}
