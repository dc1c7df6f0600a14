//! Access tokens as others read them: JWTs by RFC 9068, verified here without any code of the
//! server's.

use std::collections::BTreeSet;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::grant::{Grant, Holder, now};
use crate::{Stage, World, claims};

fn decoded(part: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(part).expect("base64url")
}

/// What the header of a token says.
pub(super) fn header(token: &str) -> Value {
    serde_json::from_slice(&decoded(token.split('.').next().expect("a header"))).expect("JSON")
}

/// The key of a token's `kid` in the tenant's JWKS.
pub(super) async fn key_of(s: &Stage, tenant: &str, token: &str) -> Value {
    let set = s.get(&format!("/oauth/{tenant}/jwks.json"), &[]).await.json();
    let kid = &header(token)["kid"];
    let mut known = set["keys"].as_array().expect("keys").iter().filter(|key| key["kid"] == *kid);
    let key = known.next().expect("the token's key is published").clone();
    assert_eq!(known.next(), None, "once");
    key
}

/// Whether a published key signed the token.
pub(super) fn is_signed_by(key: &Value, token: &str) -> bool {
    let (signed, signature) = token.rsplit_once('.').expect("a JWS");
    let member = |name: &str| decoded(key[name].as_str().expect("a member"));
    if key["alg"] == "RS256" {
        let rules = &RSA_PKCS1_2048_8192_SHA256;
        let public = RsaPublicKeyComponents { n: member("n"), e: member("e") };
        return public.verify(rules, signed.as_bytes(), &decoded(signature)).is_ok();
    }
    let (rules, public): (&'static dyn VerificationAlgorithm, _) = if key["alg"] == "EdDSA" {
        (&ED25519, member("x"))
    } else {
        assert_eq!(key["alg"], "ES256");
        // SEC 1 §2.3.3: an uncompressed point.
        (&ECDSA_P256_SHA256_FIXED, [vec![4], member("x"), member("y")].concat())
    };
    UnparsedPublicKey::new(rules, public).verify(signed.as_bytes(), &decoded(signature)).is_ok()
}

/// RFC 9068 §2.1: `typ`, `alg` and `kid` alone: no `jku`, `x5u` or `jwk` for anybody to follow.
pub async fn the_header_is_type_algorithm_and_key(s: &Stage) {
    for (tenant, alg) in [("acme", "EdDSA"), ("ecdsa", "ES256")] {
        let token = s.tokens(tenant, "app").await.access;
        let key = key_of(s, tenant, &token).await;
        let whole = json!({ "typ": "at+jwt", "alg": alg, "kid": key["kid"] });
        assert_eq!(header(&token), whole);
        assert_eq!((&key["alg"], &key["use"]), (&json!(alg), &json!("sig")));
    }
}

/// RFC 7515 §5.2: what the JWKS shows verifies the token, and nothing that was changed.
pub async fn a_token_verifies_by_the_published_key(s: &Stage) {
    for tenant in ["acme", "ecdsa"] {
        for _ in 0..3 {
            let token = s.tokens(tenant, "no-refresh").await.access;
            let key = key_of(s, tenant, &token).await;
            assert!(is_signed_by(&key, &token), "{tenant}");
            assert!(!is_signed_by(&key, &token.replacen('.', "A.", 1)), "{tenant}");
            assert_eq!(token.split('.').count(), 3);
        }
    }
}

/// RFC 9068 §2.2: the whole of what a token says of a user.
pub async fn a_users_token_says_this_and_nothing_else(s: &Stage) {
    for (holder, client, scope) in [
        (Holder::Direct, "direct", "profile read"),
        (Holder::App, "app", "read"),
        (Holder::Backend, "backend", "read"),
    ] {
        let grant = Grant::begin(s, "acme", holder).await;
        let said = claims(&grant.first.access);
        let whole = json!({
            "iss": "https://id.example.com/oauth/acme",
            "sub": "user-alice",
            "aud": World::AUDIENCE,
            "exp": now(s).as_secs() + 3600,
            "iat": now(s).as_secs(),
            "jti": said["jti"],
            "client_id": client,
            "scope": scope,
            "gid": URL_SAFE_NO_PAD.encode(grant.row().await.id.as_bytes()),
        });
        assert_eq!(said, whole);
    }
}

/// RFC 9068 §2.2: the whole of what a token says of a client.
pub async fn a_clients_token_says_this_and_nothing_else(s: &Stage) {
    let (path, secret) = ("/oauth/ecdsa/token", s.world.secret("ecdsa", "basic-only"));
    let ask = [("grant_type", "client_credentials")];
    let said = claims(&s.post_basic(path, "basic-only", secret, &ask).await.tokens().access);
    let whole = json!({
        "iss": "https://id.example.com/oauth/ecdsa",
        "sub": "basic-only",
        "aud": World::AUDIENCE,
        "exp": now(s).as_secs() + 3600,
        "iat": now(s).as_secs(),
        "jti": said["jti"],
        "client_id": "basic-only",
        "scope": "read",
    });
    assert_eq!(said, whole);
}

/// RFC 7519 §4.1.7: 128 bits of chance, drawn for each token.
pub async fn every_token_has_an_id_of_its_own(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::App).await;
    let mut ids = BTreeSet::from([claims(&grant.first.access)["jti"].to_string()]);
    for count in 2..6 {
        let jti = claims(&grant.gets(&grant.first.refresh).await.access)["jti"].clone();
        assert_eq!(decoded(jti.as_str().expect("a text")).len(), 16);
        ids.insert(jti.to_string());
        assert_eq!(ids.len(), count);
    }
}
