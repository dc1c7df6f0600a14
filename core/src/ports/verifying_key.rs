//! A public key: what the JWKS shows and what guards believe.

use std::{fmt, sync::OnceLock};

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{
        ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
        RsaPublicKeyComponents,
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::{
    AlgorithmParameters, CommonParameters, EllipticCurve, EllipticCurveKeyParameters,
    EllipticCurveKeyType, Jwk, KeyAlgorithm, OctetKeyPairParameters, OctetKeyPairType,
    PublicKeyUse, RSAKeyParameters, RSAKeyType,
};

use crate::types::SigningAlg;

/// A public key, and what shows it to others (RFC 7517). Its id is its thumbprint (RFC 7638), so no
/// two keys of any two tenants share one.
#[derive(Clone)]
pub struct VerifyingKey {
    alg: SigningAlg,
    /// Characters of base64url. In here, since an allocation of its own takes twice the memory.
    id: [u8; ID],
    public: Public,
    /// Made of `public` with the first signature: most tenants' keys verify nothing here, and wait in
    /// a quarter of the memory.
    parsed: OnceLock<Box<ParsedPublicKey>>,
}

/// Characters of a SHA-256 in base64url.
const ID: usize = 43;

#[derive(Clone)]
enum Public {
    /// The point, as the constructor takes it. In here, as the id is.
    Ed25519([u8; 32]),
    /// Likewise.
    P256(Box<[u8; 65]>),
    Rsa(Box<RsaPublicKeyComponents<Vec<u8>>>),
}

/// Bytes that are no public key of the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a public key of this algorithm")]
pub struct InvalidKey;

impl VerifyingKey {
    /// ES256, from the uncompressed point (65 bytes).
    ///
    /// # Errors
    /// [`InvalidKey`] when the bytes are no point of P-256.
    pub fn es256(point: &[u8]) -> Result<Self, InvalidKey> {
        parse(SigningAlg::Es256, point)?;
        let public = Public::P256(Box::new(point.try_into().map_err(|_| InvalidKey)?));
        let (x, y) = coordinates(point);
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        Ok(Self::of(SigningAlg::Es256, &canonical, public))
    }

    /// EdDSA, from the 32 bytes of RFC 8032.
    ///
    /// # Errors
    /// [`InvalidKey`] when the bytes are no point of Ed25519.
    pub fn eddsa(point: &[u8]) -> Result<Self, InvalidKey> {
        parse(SigningAlg::EdDsa, point)?;
        let public = Public::Ed25519(point.try_into().map_err(|_| InvalidKey)?);
        let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(point));
        Ok(Self::of(SigningAlg::EdDsa, &canonical, public))
    }

    /// RS256, from modulus and exponent as big-endian bytes without leading zeros.
    ///
    /// # Errors
    /// [`InvalidKey`] for a modulus of less than 2048 or more than 8192 bits.
    pub fn rs256(n: &[u8], e: &[u8]) -> Result<Self, InvalidKey> {
        let plain = |number: &[u8]| number.first().is_some_and(|first| *first != 0);
        let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        // RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used".
        let large = (257..=1024).contains(&n.len()) || n.len() == 256 && n[0] > 127;
        if !large || !plain(n) || !odd(n) || !plain(e) || !odd(e) || e == [1] {
            return Err(InvalidKey);
        }
        let canonical = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(e), text(n));
        let key = RsaPublicKeyComponents { n: n.to_vec(), e: e.to_vec() };
        Ok(Self::of(SigningAlg::Rs256, &canonical, Public::Rsa(Box::new(key))))
    }

    /// `canonical` is what the thumbprint is of (RFC 7638 §3.2): the required members alone, in
    /// this order, without white space.
    fn of(alg: SigningAlg, canonical: &str, public: Public) -> Self {
        let mut id = [0; ID];
        let written = URL_SAFE_NO_PAD.encode_slice(digest(&SHA256, canonical.as_bytes()), &mut id);
        assert_eq!(written, Ok(ID), "32 bytes are 43 characters");
        Self { alg, id, public, parsed: OnceLock::new() }
    }

    /// The key's id (`kid`).
    pub fn key_id(&self) -> &str {
        str::from_utf8(&self.id).expect("base64url is ASCII")
    }

    /// The algorithm, the only one this key is ever used with (RFC 8725 §3.1).
    pub fn alg(&self) -> SigningAlg {
        self.alg
    }

    /// The key as others see it.
    pub fn jwk(&self) -> Jwk {
        let key_algorithm = match self.alg {
            SigningAlg::Es256 => KeyAlgorithm::ES256,
            SigningAlg::EdDsa => KeyAlgorithm::EdDSA,
            SigningAlg::Rs256 => KeyAlgorithm::RS256,
        };
        let common = CommonParameters {
            public_key_use: Some(PublicKeyUse::Signature),
            key_algorithm: Some(key_algorithm),
            key_id: Some(self.key_id().to_owned()),
            ..CommonParameters::default()
        };
        Jwk { common, algorithm: self.public.shown() }
    }

    /// Reads what an issuer shows as [`VerifyingKey::jwk`], by the name that it has there.
    ///
    /// # Errors
    /// [`InvalidKey`] for every other key: of another kind or use, or with another name than its thumbprint.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, InvalidKey> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidKey);
        let key = match &jwk.algorithm {
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => {
                Self::es256(&[&[4], &*bytes(&key.x)?, &*bytes(&key.y)?].concat())
            }
            AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
                Self::eddsa(&bytes(&key.x)?)
            }
            AlgorithmParameters::RSA(key) => Self::rs256(&bytes(&key.n)?, &bytes(&key.e)?),
            _ => Err(InvalidKey),
        }?;
        // RFC 8725 §3.1: a key is for one algorithm.
        match jwk.common == key.jwk().common {
            true => Ok(key),
            false => Err(InvalidKey),
        }
    }

    /// Whether this key signed the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let point: &[u8] = match &self.public {
            Public::Rsa(key) => {
                return key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok();
            }
            Public::Ed25519(point) => point,
            Public::P256(point) => &**point,
        };
        let parsed = match self.parsed.get() {
            Some(parsed) => parsed,
            None => match parse(self.alg, point) {
                Ok(parsed) => self.parsed.get_or_init(|| Box::new(parsed)),
                Err(_) => return false,
            },
        };
        parsed.verify_sig(message, signature).is_ok()
    }
}

impl Public {
    fn shown(&self) -> AlgorithmParameters {
        match self {
            Self::P256(point) => {
                let (x, y) = coordinates(&**point);
                let (key_type, curve) = (EllipticCurveKeyType::EC, EllipticCurve::P256);
                let point = EllipticCurveKeyParameters { key_type, curve, x, y };
                AlgorithmParameters::EllipticCurve(point)
            }
            Self::Ed25519(point) => {
                let (key_type, curve) = (OctetKeyPairType::OctetKeyPair, EllipticCurve::Ed25519);
                let pair = OctetKeyPairParameters { key_type, curve, x: text(point) };
                AlgorithmParameters::OctetKeyPair(pair)
            }
            Self::Rsa(key) => {
                let (n, e) = (text(&key.n), text(&key.e));
                AlgorithmParameters::RSA(RSAKeyParameters { key_type: RSAKeyType::RSA, n, e })
            }
        }
    }
}

fn parse(alg: SigningAlg, point: &[u8]) -> Result<ParsedPublicKey, InvalidKey> {
    let parsed = match alg {
        SigningAlg::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point),
        _ => ParsedPublicKey::new(&ED25519, point),
    };
    parsed.map_err(|_| InvalidKey)
}

/// SEC 1 §2.3.3: 0x04 ‖ x ‖ y
fn coordinates(point: &[u8]) -> (String, String) {
    let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len() / 2);
    (text(x), text(y))
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({}, {})", self.alg.as_str(), self.key_id())
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8037 appendix A.3.
    #[test]
    fn the_id_is_the_thumbprint_of_rfc_7638() {
        let x = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let key = VerifyingKey::eddsa(&x).unwrap();
        assert_eq!(key.key_id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn bytes_that_are_no_key_are_refused() {
        assert_eq!(VerifyingKey::eddsa(&[1; 31]).unwrap_err(), InvalidKey);
        assert_eq!(VerifyingKey::es256(&[4; 65]).unwrap_err(), InvalidKey);
        assert_eq!(VerifyingKey::es256(&[]).unwrap_err(), InvalidKey);
        let n = [0xff; 256];
        assert!(VerifyingKey::rs256(&n, &[1, 0, 1]).is_ok());
        let leading = [&[0][..], &n].concat();
        for n in [&n[1..], &leading, &[0x7f; 256], &[0xfe; 256], &[]] {
            assert_eq!(VerifyingKey::rs256(n, &[1, 0, 1]).unwrap_err(), InvalidKey);
        }
        for e in [&[0, 3][..], &[1], &[2], &[]] {
            assert_eq!(VerifyingKey::rs256(&n, e).unwrap_err(), InvalidKey);
        }
    }
}
