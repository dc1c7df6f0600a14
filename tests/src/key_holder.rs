//! Clients that prove themselves by a key: what they sign, and what they are registered with.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    },
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use grantry::types::Timestamp;
use serde_json::{Value, json};

use crate::world::{ECDSA, RSA};

/// A private key of a client, which signs by one algorithm. Every one of a kind is the same key, so that
/// what EdDSA and RS256 sign can be compared between two runs.
#[derive(Debug)]
pub struct KeyHolder {
    /// What the key is called (`kid`).
    pub kid: String,
    /// By what it signs (`alg`).
    pub alg: &'static str,
    key: Key,
    /// How many assertions it made.
    pub(crate) made: AtomicU64,
}

#[derive(Debug)]
enum Key {
    Curve25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
}

/// The parameter that says what an assertion is (RFC 7523 §2.2).
pub const JWT_BEARER: (&str, &str) =
    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

impl KeyHolder {
    /// One of each algorithm.
    pub fn each() -> [Self; 4] {
        [Self::rs256("r"), Self::ps256("s"), Self::es256("p"), Self::eddsa("ed")]
    }

    /// With a key of Ed25519, which is another one for each name.
    pub fn eddsa(kid: &str) -> Self {
        Self::owned(kid, kid)
    }

    /// With a key of Ed25519, which is another one for each owner, whatever it is called.
    ///
    /// # Panics
    /// Never.
    pub fn owned(owner: &str, kid: &str) -> Self {
        let mut seed = [0xc1; 32];
        seed.iter_mut().zip(owner.bytes()).for_each(|(byte, letter)| *byte = letter);
        let key = Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes");
        Self::of(kid, "EdDSA", Key::Curve25519(key))
    }

    /// With a key of P-256.
    ///
    /// # Panics
    /// Never.
    pub fn es256(kid: &str) -> Self {
        let der = STANDARD.decode(ECDSA).expect("base64");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der);
        Self::of(kid, "ES256", Key::P256(key.expect("a key")))
    }

    /// With a key of RSA, and the older of its two schemes.
    pub fn rs256(kid: &str) -> Self {
        Self::of(kid, "RS256", Key::Rsa(rsa(), &RSA_PKCS1_SHA256))
    }

    /// With the same key, and the newer of its two schemes.
    pub fn ps256(kid: &str) -> Self {
        Self::of(kid, "PS256", Key::Rsa(rsa(), &RSA_PSS_SHA256))
    }

    fn of(kid: &str, alg: &'static str, key: Key) -> Self {
        Self { kid: kid.to_owned(), alg, key, made: AtomicU64::new(0) }
    }

    /// The public key (RFC 7517 §4).
    pub fn jwk(&self) -> Value {
        let mut jwk = match &self.key {
            Key::Curve25519(key) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": text(key.public_key().as_ref()) })
            }
            Key::P256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) })
            }
            Key::Rsa(key, _) => {
                let n = key.public_key().modulus().big_endian_without_leading_zero();
                let e = key.public_key().exponent().big_endian_without_leading_zero();
                json!({ "kty": "RSA", "n": text(n), "e": text(e) })
            }
        };
        jwk["kid"] = self.kid.clone().into();
        jwk["alg"] = self.alg.into();
        jwk["use"] = "sig".into();
        jwk
    }

    /// What a client with this key alone is registered with.
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    /// What an assertion of this client says: new each time, and good for a minute.
    pub fn claims(&self, client: &str, audience: &str, now: Timestamp) -> Value {
        let id = format!("{}-{}", self.kid, self.made.fetch_add(1, Ordering::Relaxed));
        let now = now.as_secs();
        json!({
            "iss": client, "sub": client, "aud": audience, "jti": id, "iat": now, "exp": now + 60,
        })
    }

    /// An assertion that says this, under the usual header.
    pub fn assert(&self, claims: &Value) -> String {
        self.sign(&json!({ "alg": self.alg, "kid": self.kid }), claims)
    }

    /// Signs whatever it is told.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    /// The same, of texts that need not be JSON.
    ///
    /// # Panics
    /// When there is no chance to be had.
    pub fn sign_text(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", text(header.as_bytes()), text(claims.as_bytes()));
        let chance = SystemRandom::new();
        let signature = match &self.key {
            Key::Curve25519(key) => key.sign(message.as_bytes()).as_ref().to_vec(),
            Key::P256(key) => {
                key.sign(&chance, message.as_bytes()).expect("a signature").as_ref().to_vec()
            }
            Key::Rsa(key, scheme) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let signed = key.sign(*scheme, &chance, message.as_bytes(), &mut signature);
                signed.expect("a signature");
                signature
            }
        };
        format!("{message}.{}", text(&signature))
    }
}

fn rsa() -> RsaKeyPair {
    RsaKeyPair::from_pkcs8(&STANDARD.decode(RSA).expect("base64")).expect("a key")
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
