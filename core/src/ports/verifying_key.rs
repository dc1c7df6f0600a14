//! A public key: what the JWKS shows and what guards believe.

use std::fmt;

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, VerificationAlgorithm},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters,
    EllipticCurveKeyType, Jwk, KeyAlgorithm, OctetKeyPairParameters, OctetKeyPairType,
    PublicKeyUse,
};

use crate::types::SigningAlg;

/// A public key that was parsed once, with the JWK (RFC 7517) that shows it to others. Its id is
/// its thumbprint (RFC 7638), so no two keys of any two tenants share one.
#[derive(Clone)]
pub struct VerifyingKey {
    alg: SigningAlg,
    jwk: Jwk,
    key: ParsedPublicKey,
}

/// Bytes that are no public key of the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a public key of this algorithm")]
pub struct InvalidKey;

impl VerifyingKey {
    /// From the bytes of a public key: for ES256 the uncompressed point (65 bytes), for EdDSA the
    /// 32 bytes of RFC 8032.
    ///
    /// # Errors
    /// [`InvalidKey`] when the bytes are no such key.
    pub fn new(alg: SigningAlg, public: &[u8]) -> Result<Self, InvalidKey> {
        let rules: &'static dyn VerificationAlgorithm = match alg {
            SigningAlg::Es256 => &ECDSA_P256_SHA256_FIXED,
            SigningAlg::EdDsa => &ED25519,
        };
        let key = ParsedPublicKey::new(rules, public).map_err(|_| InvalidKey)?;
        Ok(Self { alg, jwk: jwk(alg, public).ok_or(InvalidKey)?, key })
    }

    /// The key's id (`kid`).
    pub fn key_id(&self) -> &str {
        self.jwk.common.key_id.as_deref().unwrap_or_default()
    }

    /// The algorithm, the only one this key is ever used with (RFC 8725 §3.1).
    pub fn alg(&self) -> SigningAlg {
        self.alg
    }

    /// The key as others see it.
    pub fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    /// Whether this key signed the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({}, {})", self.alg.as_str(), self.key_id())
    }
}

fn jwk(alg: SigningAlg, public: &[u8]) -> Option<Jwk> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    // RFC 7638 §3.2: the required members alone, in this order, without white space.
    let (algorithm, canonical, key_algorithm) = match alg {
        SigningAlg::Es256 => {
            // SEC 1 §2.3.3: 0x04 ‖ x ‖ y
            let (x, y) = (text(public.get(1..33)?), text(public.get(33..65)?));
            let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
            let key_type = EllipticCurveKeyType::EC;
            let curve = EllipticCurve::P256;
            let point = EllipticCurveKeyParameters { key_type, curve, x, y };
            (AlgorithmParameters::EllipticCurve(point), canonical, KeyAlgorithm::ES256)
        }
        SigningAlg::EdDsa => {
            let x = text(public);
            let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
            let key_type = OctetKeyPairType::OctetKeyPair;
            let pair = OctetKeyPairParameters { key_type, curve: EllipticCurve::Ed25519, x };
            (AlgorithmParameters::OctetKeyPair(pair), canonical, KeyAlgorithm::EdDSA)
        }
    };
    let common = CommonParameters {
        public_key_use: Some(PublicKeyUse::Signature),
        key_algorithm: Some(key_algorithm),
        key_id: Some(text(digest(&SHA256, canonical.as_bytes()).as_ref())),
        ..CommonParameters::default()
    };
    Some(Jwk { common, algorithm })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037 appendix A.3.
    #[test]
    fn the_id_is_the_thumbprint_of_rfc_7638() {
        let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let key = VerifyingKey::new(SigningAlg::EdDsa, &x).unwrap();
        assert_eq!(key.key_id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn bytes_that_are_no_key_are_refused() {
        assert_eq!(VerifyingKey::new(SigningAlg::EdDsa, &[1; 31]).unwrap_err(), InvalidKey);
        assert_eq!(VerifyingKey::new(SigningAlg::Es256, &[4; 65]).unwrap_err(), InvalidKey);
        assert_eq!(VerifyingKey::new(SigningAlg::Es256, &[]).unwrap_err(), InvalidKey);
    }
}
