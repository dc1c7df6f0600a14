//! One public key of a client (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::{AssertionAlg, SenderKey, ed25519, limits};

/// A public key by which a client signs, with the one algorithm that it is for (RFC 8725 §3.1).
pub struct ClientKey {
    id: Option<Box<str>>,
    alg: AssertionAlg,
    public: Public,
}

enum Public {
    /// The point as it is parsed: for P-256 both coordinates behind 0x04 (SEC 1 §2.3.3).
    Point(Box<[u8]>, Box<ParsedPublicKey>),
    Rsa(Box<RsaPublicKeyComponents<Vec<u8>>>),
}

type Jwk = Map<String, Value>;
/// What is demanded of a key.
type Rule = &'static str;

/// What nobody but its owner may see of a key, and keys that both sides see (RFC 7518 §6.2.2, §6.3.2, §6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl ClientKey {
    /// Its name (`kid`), which a JWT says.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The only algorithm that it is ever used with.
    pub fn alg(&self) -> AssertionAlg {
        self.alg
    }

    /// Whether this key signed the message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.public {
            Public::Point(_, key) => key.verify_sig(message, signature).is_ok(),
            Public::Rsa(key) => {
                let scheme = match self.alg {
                    AssertionAlg::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    _ => &RSA_PKCS1_2048_8192_SHA256,
                };
                key.verify(scheme, message, signature).is_ok()
            }
        }
    }

    /// The key that a proof holds (RFC 9449 §4.2), which says itself by what it is signed. As strict as with a
    /// key that is registered.
    pub(crate) fn of_proof(mut jwk: Jwk, alg: &str) -> Option<Self> {
        let alg = AssertionAlg::named(alg)?;
        jwk.entry("alg").or_insert_with(|| alg.as_str().into());
        Self::read(&jwk).ok().filter(|key| key.alg == alg)
    }

    /// Its thumbprint (RFC 7638 §3): of the members that make the key what it is.
    pub(crate) fn thumbprint(&self) -> SenderKey {
        let canonical = match &self.public {
            Public::Point(point, _) if self.alg == AssertionAlg::Es256 => {
                let (x, y) = coordinates(point);
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text(x), text(y))
            }
            Public::Point(point, _) => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(point))
            }
            Public::Rsa(key) => {
                format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(&key.e), text(&key.n))
            }
        };
        SenderKey::of(&canonical)
    }

    /// The key as it is kept and read again: its public members alone.
    pub(super) fn jwk(&self) -> Value {
        let mut jwk = match &self.public {
            Public::Point(point, _) if self.alg == AssertionAlg::Es256 => {
                let (x, y) = coordinates(point);
                json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
            }
            Public::Point(point, _) => json!({ "kty": "OKP", "crv": "Ed25519", "x": text(point) }),
            Public::Rsa(key) => json!({ "kty": "RSA", "n": text(&key.n), "e": text(&key.e) }),
        };
        jwk["alg"] = self.alg.as_str().into();
        if let Some(id) = &self.id {
            jwk["kid"] = (**id).into();
        }
        jwk
    }

    /// Reads a JWK.
    pub(super) fn read(jwk: &Jwk) -> Result<Self, Rule> {
        if PRIVATE.iter().any(|name| jwk.contains_key(*name)) {
            return Err(
                "is public: make a new key, since this one has been shown, and leave out d \
                        and whatever else is private",
            );
        }
        let id = word(jwk, "kid")?;
        if id.is_some_and(|id| id.is_empty() || id.len() > limits::KEY_ID) {
            return Err("has a kid of 1 to 128 bytes, or none");
        }
        is_for_signatures(jwk)?;
        let (fits, public): (&[AssertionAlg], _) = match word(jwk, "kty")? {
            Some("EC") => (&[AssertionAlg::Es256], p256(jwk)?),
            Some("OKP") => (&[AssertionAlg::EdDsa], curve25519(jwk)?),
            Some("RSA") => (&[AssertionAlg::Rs256, AssertionAlg::Ps256], rsa(jwk)?),
            _ => return Err("is of the kty EC, OKP or RSA"),
        };
        let alg = match word(jwk, "alg")? {
            // Of RSA the one that everybody means who does not say it (RFC 7591 §2).
            None => fits[0],
            Some(name) => AssertionAlg::named(name).filter(|alg| fits.contains(alg)).ok_or(
                "is for the alg ES256 (EC), EdDSA (OKP), RS256 or PS256 (RSA), as its kty demands",
            )?,
        };
        Ok(Self { id: id.map(Box::from), alg, public })
    }
}

/// SEC 1 §2.3.3: 0x04 ‖ x ‖ y
fn coordinates(point: &[u8]) -> (&[u8], &[u8]) {
    point.get(1..).unwrap_or_default().split_at(point.len() / 2)
}

/// RFC 7517 §4.2, §4.3
fn is_for_signatures(jwk: &Jwk) -> Result<(), Rule> {
    let rule =
        "is for signatures: use is \"sig\" and key_ops hold \"verify\", where they are there";
    let usage = word(jwk, "use")?.is_none_or(|usage| usage == "sig");
    let ops = match jwk.get("key_ops") {
        None => true,
        Some(Value::Array(ops)) => ops.iter().any(|op| op == "verify"),
        Some(_) => false,
    };
    if usage && ops { Ok(()) } else { Err(rule) }
}

/// RFC 7518 §6.2.1
fn p256(jwk: &Jwk) -> Result<Public, Rule> {
    let rule = "is a point of P-256: crv is \"P-256\", and x and y are 32 bytes each";
    let (x, y) = (bytes(jwk, "x", rule)?, bytes(jwk, "y", rule)?);
    if word(jwk, "crv")? != Some("P-256") || x.len() != 32 || y.len() != 32 {
        return Err(rule);
    }
    let point = [&[4], &*x, &*y].concat();
    let parsed = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).map_err(|_| rule)?;
    Ok(Public::Point(point.into(), Box::new(parsed)))
}

/// RFC 8037 §2
fn curve25519(jwk: &Jwk) -> Result<Public, Rule> {
    let rule = "is a point of Ed25519: crv is \"Ed25519\", and x is 32 bytes";
    let x = bytes(jwk, "x", rule)?;
    let point: [u8; 32] = x.as_slice().try_into().map_err(|_| rule)?;
    if word(jwk, "crv")? != Some("Ed25519") {
        return Err(rule);
    }
    if ed25519::is_weak(&point) {
        return Err("is no point of Ed25519 by which anybody could sign");
    }
    let parsed = ParsedPublicKey::new(&ED25519, point).map_err(|_| rule)?;
    Ok(Public::Point(x.into(), Box::new(parsed)))
}

/// RFC 7518 §6.3.1
fn rsa(jwk: &Jwk) -> Result<Public, Rule> {
    let rule = "has n and e as numbers without leading zeros";
    let (n, e) = (bytes(jwk, "n", rule)?, bytes(jwk, "e", rule)?);
    let plain = |number: &[u8]| number.first().is_some_and(|first| *first != 0);
    if !plain(&n) || !plain(&e) {
        return Err(rule);
    }
    let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    // RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used". Beyond 8192 it is a burden.
    let large = (257..=1024).contains(&n.len()) || n.len() == 256 && n[0] > 127;
    if !large || !odd(&n) {
        return Err("has an odd n of 2048 to 8192 bits");
    }
    // NIST SP 800-56B §6.2: an odd number between 2^16 and, here, 2^32.
    if !(3..=4).contains(&e.len()) || !odd(&e) {
        return Err("has an odd e of 65537 or more, and less than 2^32");
    }
    Ok(Public::Rsa(Box::new(RsaPublicKeyComponents { n, e })))
}

/// A member that is a text, if it is there; there and of another type is wrong.
fn word<'a>(jwk: &'a Jwk, name: &str) -> Result<Option<&'a str>, Rule> {
    match jwk.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err("has texts for kid, kty, use, alg and crv"),
    }
}

/// Base64url in one spelling (RFC 7515 §2).
fn bytes(jwk: &Jwk, name: &str, rule: Rule) -> Result<Vec<u8>, Rule> {
    let text = jwk.get(name).and_then(Value::as_str).ok_or(rule)?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| rule)
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientKey({}, {:?})", self.alg.as_str(), self.id)
    }
}

/// As they are kept.
impl PartialEq for ClientKey {
    fn eq(&self, other: &Self) -> bool {
        self.jwk() == other.jwk()
    }
}
