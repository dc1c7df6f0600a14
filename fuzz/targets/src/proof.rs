//! Proofs that somebody has a key, and the URLs that they name.

use std::cell::Cell;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::types::RequestUrl;
use grantry_conformance::{Answer, KeyHolder, claims, form, with_proof};
use serde_json::Value;

use crate::{
    answer,
    basic::replaced,
    opaque::edited,
    world::{self, World},
};

const URL: &str = "https://id.example.com/oauth/globex/token";

/// `s` signs a header and a payload, on two lines, by a key which stands for `%`, with a new id for `$`; `e`
/// edits a true proof, by pairs of a place and what is to stand there; `u` is a URL; anything else is shown as it is.
/// Whose token is bound has shown what another reader takes as well, and is not let in again by it.
pub fn proof(input: &[u8]) {
    let key = KeyHolder::eddsa("fuzz");
    let shown = match input.split_first() {
        Some((b'u', text)) => return url(text),
        Some((b's', rest)) => Some(signed(&key, rest)),
        Some((b'e', rest)) => String::from_utf8(edited(&good(&key), rest)).ok(),
        _ => String::from_utf8(input.to_vec()).ok(),
    };
    // What no header can hold nobody can show.
    let Some(shown) = shown.filter(|text| text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()))
    else {
        return;
    };
    world::with(async |world| {
        let first = show(world, &shown).await;
        if first.status == 200 {
            demand(world, &shown, &first);
            assert_eq!(show(world, &shown).await.status, 400, "it counted twice: {shown}");
        } else {
            assert_eq!(first.json()["error"], "invalid_dpop_proof", "{first:?}");
        }
    });
}

async fn show(world: &World, proof: &str) -> Answer {
    let asked = [
        ("grant_type", "client_credentials"),
        ("client_id", "prover"),
        ("client_secret", world.prover.as_str()),
    ];
    let request = with_proof(form("/oauth/globex/token", &asked), proof);
    let answer = Answer::from(world.server.handle(request).await);
    answer::check(&answer);
    answer
}

fn signed(key: &KeyHolder, text: &[u8]) -> String {
    let text = replaced(text, b'$', new_id().as_bytes());
    let text = replaced(&text, b'%', key.bare_jwk().to_string().as_bytes());
    let text = String::from_utf8_lossy(&text);
    let (header, payload) = text.split_once('\n').unwrap_or((&text, ""));
    key.sign_text(header, payload)
}

fn good(key: &KeyHolder) -> String {
    let mut said = key.proof_claims("POST", URL, World::begin());
    said["jti"] = new_id().into();
    key.prove(&said)
}

fn new_id() -> String {
    thread_local!(static NEXT: Cell<u64> = const { Cell::new(0) });
    let next = NEXT.get();
    NEXT.set(next + 1);
    format!("id-{next}")
}

/// Reads the proof that was good a second time.
fn demand(world: &World, proof: &str, answer: &Answer) {
    let parts: Vec<_> = proof.split('.').collect();
    // JW-07, JW-09: three parts, each in the one spelling that an encoder gives it.
    let [header, payload, signature] = &*parts else { panic!("{} parts", parts.len()) };
    let decode = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(&bytes), part, "another spelling");
        bytes
    };
    let object = |part: &str| -> Value { serde_json::from_slice(&decode(part)).unwrap() };
    let message = &proof[..proof.len() - signature.len() - 1];
    let (header, said) = (object(header), object(payload));
    let typ = header["typ"].as_str().unwrap().to_ascii_lowercase();
    assert!(typ == "dpop+jwt" || typ == "application/dpop+jwt", "{header}");
    assert!(header.get("crit").is_none(), "{header}");
    let jwk = header["jwk"].as_object().unwrap();
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        assert!(!jwk.contains_key(private), "{header}");
    }
    // Nobody here has another key.
    let x = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    let public = UnparsedPublicKey::new(&ED25519, x);
    public.verify(message.as_bytes(), &decode(signature)).unwrap();
    assert!(["EdDSA", "Ed25519"].contains(&header["alg"].as_str().unwrap()), "{header}");
    assert_eq!(said["htm"], "POST");
    let named: RequestUrl = said["htu"].as_str().unwrap().parse().unwrap();
    assert_eq!(named.as_str(), URL);
    assert!((1..=128).contains(&said["jti"].as_str().unwrap().len()), "{said}");
    let (iat, now) = (said["iat"].as_u64().unwrap(), world.now.as_secs());
    assert!(iat.abs_diff(now) < 60, "{said}");
    let own = KeyHolder::eddsa("fuzz").thumbprint();
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(claims(&token)["cnf"]["jkt"], own);
}

/// A URL has one normal form, in which nothing of query and fragment is left, and the same scheme and host.
fn url(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    let Ok(url) = text.parse::<RequestUrl>() else { return };
    let normal = url.as_str();
    assert_eq!(normal.parse::<RequestUrl>().as_ref(), Ok(&url), "{text}");
    assert!(!normal.contains(['?', '#', '@']) || normal.splitn(4, '/').nth(3).is_some(), "{text}");
    assert!(normal.starts_with("https://") || normal.starts_with("http://"), "{text}");
    let scheme = text.split(':').next().unwrap();
    assert!(normal.starts_with(&format!("{}://", scheme.to_ascii_lowercase())), "{text}");
}
