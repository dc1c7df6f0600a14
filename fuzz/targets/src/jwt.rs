//! Access tokens at a guard: their shape, and what stands behind a signature that is right.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use grantry::{Access, Denial, types::Scope};
use grantry_conformance::get;
use http::{HeaderValue, Request, header};
use serde_json::Value;

use crate::{
    answer,
    basic::replaced,
    opaque::{a_refreshable_grant, edited, text},
    world::{self, SIGNING_KEY, World},
};

/// `s` signs a header and a payload, on two lines, by the tenant's own key, with `$` for its name in
/// the header and for a live grant in the payload; `e` edits a true token, by pairs of a place and
/// what is to stand there; anything else is an `Authorization` header and a query on two lines.
/// Whatever is let in is a token as another reader sees it.
pub fn jwt(input: &[u8]) {
    world::with(async |world| {
        let own = text(&a_refreshable_grant(world).await, "access_token");
        let (shown, query) = match input.split_first() {
            Some((b's', rest)) => (bearer(&signed(rest, &own)), &[][..]),
            Some((b'e', rest)) => (bearer(&edited(&own, rest)), &[][..]),
            _ => halves(input),
        };
        let Some(request) = ask(&shown, query) else { return };
        match world.guard.check(&request.into_parts().0).await {
            Ok(access) => {
                assert!(!contains(query, b"access_token="), "a token in two places");
                demand(world, &shown, &access);
            }
            Err(denied) => {
                let ours = matches!(
                    denied.denial(),
                    Denial::Missing | Denial::Malformed | Denial::Invalid
                );
                assert!(ours && shown != bearer(own.as_bytes()), "{denied:?}");
                answer::check_denial(&denied.response().into());
            }
        }
    });
}

fn halves(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let at = text.iter().position(|byte| *byte == b'\n');
    at.map_or((text.to_vec(), &[]), |at| (text[..at].to_vec(), &text[at + 1..]))
}

fn bearer(token: &[u8]) -> Vec<u8> {
    [b"Bearer ", token].concat()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn ask(authorization: &[u8], query: &[u8]) -> Option<Request<Bytes>> {
    let value = HeaderValue::from_bytes(authorization).ok()?;
    let mut request = get("/me");
    *request.uri_mut() = http::Uri::try_from([b"/me?", query].concat()).ok()?;
    request.headers_mut().insert(header::AUTHORIZATION, value);
    Some(request)
}

/// Header and payload, signed by the key that the tenant signs with.
fn signed(text: &[u8], own: &str) -> Vec<u8> {
    let model = |at: usize| -> Value {
        let part = own.split('.').nth(at).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let filled = |part: &[u8], member: &Value| {
        URL_SAFE_NO_PAD.encode(replaced(part, b'$', member.as_str().unwrap().as_bytes()))
    };
    let (header, payload) = halves(text);
    let (header, payload) = (filled(&header, &model(0)["kid"]), filled(payload, &model(1)["gid"]));
    let signed = format!("{header}.{payload}");
    let signature = URL_SAFE_NO_PAD.encode(key().sign(signed.as_bytes()));
    format!("{signed}.{signature}").into_bytes()
}

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&SIGNING_KEY).unwrap()
}

/// Reads the token that was let in a second time.
fn demand(world: &World, authorization: &[u8], access: &Access) {
    let whole = std::str::from_utf8(authorization).unwrap();
    let (scheme, token) = whole.split_once(' ').unwrap();
    assert!(scheme.eq_ignore_ascii_case("bearer"), "{whole}");
    let token = token.trim_matches(' ');
    let parts: Vec<_> = token.split('.').collect();
    // JW-07, JW-09: three parts, each in the one spelling that an encoder gives it.
    let [header, payload, signature] = &*parts else { panic!("{} parts: {whole}", parts.len()) };
    let decode = |part: &&str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(&bytes), **part, "another spelling");
        bytes
    };
    let object = |part: &&str| -> Value { serde_json::from_slice(&decode(part)).unwrap() };
    let key = UnparsedPublicKey::new(&ED25519, key().public_key().as_ref().to_vec());
    let message = &token[..token.len() - signature.len() - 1];
    key.verify(message.as_bytes(), &decode(signature)).unwrap();
    let (header, payload) = (object(header), object(payload));
    assert!(header["alg"] == "EdDSA" && header.get("crit").is_none(), "{header}");
    assert!(header["typ"] == "at+jwt" || header["typ"] == "application/at+jwt", "{header}");
    assert_eq!(payload["iss"], "https://id.example.com/oauth/acme");
    let meant = |one: &Value| one == World::AUDIENCE;
    assert!(meant(&payload["aud"]) || payload["aud"].as_array().unwrap().iter().any(meant));
    let now = world.now.as_secs();
    assert!(payload["exp"].as_u64().unwrap() > now, "{payload}");
    for begins in ["iat", "nbf"] {
        assert!(payload.get(begins).is_none_or(|at| at.as_u64().is_some()), "{payload}");
    }
    assert_eq!(payload["sub"], access.subject().as_str());
    assert_eq!(payload["client_id"], access.client().as_str());
    let scope = payload.get("scope").map_or("", |scope| scope.as_str().unwrap());
    assert_eq!(scope.parse::<Scope>().as_ref(), Ok(access.scope()));
    assert_eq!(payload.get("gid").is_some(), access.is_user());
}
