//! Assertions of clients, and the keys by which they are verified.

use std::cell::Cell;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::types::ClientKeys;
use grantry_conformance::{Answer, JWT_BEARER, KeyHolder, form};
use serde_json::Value;

use crate::{
    answer,
    basic::replaced,
    opaque::edited,
    world::{self, World},
};

const ISSUER: &str = "https://id.example.com/oauth/acme";

/// `s` signs a header and a payload, on two lines, by the client's own key, with a new id for `$`; `e` edits
/// a true assertion, by pairs of a place and what is to stand there; `k` is a JWK Set; anything else is shown
/// as it is. Who is let in has shown what another reader takes as well, and is not let in again by it.
pub fn assertion(input: &[u8]) {
    let key = key();
    let shown = match input.split_first() {
        Some((b'k', jwks)) => return keys(jwks),
        Some((b's', rest)) => Some(signed(&key, rest)),
        Some((b'e', rest)) => String::from_utf8(edited(&good(&key), rest)).ok(),
        _ => String::from_utf8(input.to_vec()).ok(),
    };
    let Some(shown) = shown else { return };
    world::with(async |world| {
        let first = show(world, &shown).await;
        if first.status == 200 {
            demand(world, &shown);
            assert_eq!(show(world, &shown).await.status, 401, "it counted twice: {shown}");
        } else {
            assert!(matches!(first.status.as_u16(), 400 | 401), "{first:?}");
        }
    });
}

/// The key of the client `keyed`.
pub(crate) fn key() -> KeyHolder {
    KeyHolder::eddsa("fuzz")
}

async fn show(world: &World, assertion: &str) -> Answer {
    let asked = [("grant_type", "client_credentials"), JWT_BEARER, ("client_assertion", assertion)];
    let answer = Answer::from(world.server.handle(form("/oauth/acme/token", &asked)).await);
    answer::check(&answer);
    answer
}

fn signed(key: &KeyHolder, text: &[u8]) -> String {
    let text = replaced(text, b'$', new_id().as_bytes());
    let text = String::from_utf8_lossy(&text);
    let (header, payload) = text.split_once('\n').unwrap_or((&text, ""));
    key.sign_text(header, payload)
}

fn good(key: &KeyHolder) -> String {
    let mut said = key.claims("keyed", ISSUER, World::begin());
    said["jti"] = new_id().into();
    key.assert(&said)
}

fn new_id() -> String {
    thread_local!(static NEXT: Cell<u64> = const { Cell::new(0) });
    let next = NEXT.get();
    NEXT.set(next + 1);
    format!("id-{next}")
}

/// Reads the assertion that was let in a second time.
fn demand(world: &World, assertion: &str) {
    let parts: Vec<_> = assertion.split('.').collect();
    // JW-07, JW-09: three parts, each in the one spelling that an encoder gives it.
    let [header, payload, signature] = &*parts else { panic!("{} parts", parts.len()) };
    let decode = |part: &&str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(&bytes), **part, "another spelling");
        bytes
    };
    let object = |part: &&str| -> Value { serde_json::from_slice(&decode(part)).unwrap() };
    let x = URL_SAFE_NO_PAD.decode(key().jwk()["x"].as_str().unwrap()).unwrap();
    let message = &assertion[..assertion.len() - signature.len() - 1];
    let key = UnparsedPublicKey::new(&ED25519, x);
    key.verify(message.as_bytes(), &decode(signature)).unwrap();
    let (header, payload) = (object(header), object(payload));
    assert!(header["alg"] == "EdDSA" && header.get("crit").is_none(), "{header}");
    assert!(header.get("kid").is_none_or(|kid| kid == "fuzz"), "{header}");
    assert!(payload["iss"] == "keyed" && payload["sub"] == "keyed", "{payload}");
    let audience = &payload["aud"];
    assert!(*audience == ISSUER || *audience == serde_json::json!([ISSUER]), "{payload}");
    let id = payload["jti"].as_str().unwrap();
    assert!((1..=128).contains(&id.len()), "{payload}");
    let (now, leeway) = (world.now.as_secs(), 60);
    let exp = payload["exp"].as_u64().unwrap();
    assert!(exp + leeway > now && exp <= now + 300 + leeway, "{payload}");
    for begins in ["iat", "nbf"] {
        let at = payload.get(begins).map(|at| at.as_u64().unwrap());
        assert!(at.is_none_or(|at| at <= now + leeway), "{payload}");
    }
}

/// What is read as keys is public, of one of three kinds, and kept as something that is read as the same.
fn keys(text: &[u8]) {
    let Some(keys) = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) else {
        return;
    };
    let keys: ClientKeys = keys;
    let kept = keys.to_string();
    assert_eq!(kept.parse::<ClientKeys>().as_ref(), Ok(&keys), "{kept}");
    let told: Value = serde_json::from_slice(text).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let (told, kept) = (told["keys"].as_array().unwrap(), kept["keys"].as_array().unwrap());
    assert!(told.len() == kept.len() && (1..=20).contains(&kept.len()));
    for (told, kept) in told.iter().zip(kept) {
        assert!(told.get("d").is_none() && told.get("k").is_none(), "{told}");
        for member in ["kty", "crv", "x", "y", "n", "e", "kid"] {
            let same = told.get(member) == kept.get(member);
            // What is of another kind of key is not kept.
            assert!(same || kept.get(member).is_none() && member != "kid", "{member} of {told}");
        }
        assert!(["EC", "OKP", "RSA"].iter().any(|kty| kept["kty"] == *kty), "{kept}");
    }
}
