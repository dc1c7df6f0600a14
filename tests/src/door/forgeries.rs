//! Tokens that nobody outside can make: signed by a tenant's own key, with one thing wrong, so that
//! it is that thing which is refused.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::{ports::KeyPurpose, types::SigningAlg};
use http::HeaderValue;
use serde_json::{Value, json};

use super::guards::assert_invalid;
use crate::{Stage, World, tenant_id};

/// A part of a token.
pub(crate) fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).expect("a JWS");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// The EdDSA key of a tenant.
pub(crate) async fn key(s: &Stage, tenant: &str) -> Ed25519KeyPair {
    let records = s.world.stores.key_records.read(&tenant_id(tenant)).await;
    let records = records.expect("the store answers").expect("keys").keys;
    let wanted = KeyPurpose::Signing(SigningAlg::EdDsa);
    let found = records.iter().find(|record| record.purpose == wanted).expect("a key");
    Ed25519KeyPair::from_seed_unchecked(found.material.expose()).expect("a seed")
}

/// Signs these texts, which may be anything.
pub(crate) fn sign(key: &Ed25519KeyPair, header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// A good token of Alice's at acme in its parts, and the key that signed it.
pub(super) struct Model {
    pub(super) header: Value,
    pub(super) claims: Value,
    pub(super) key: Ed25519KeyPair,
}

impl Model {
    pub(super) async fn new(s: &Stage) -> Self {
        let token = s.tokens("acme", "app").await.access;
        Self { header: part(&token, 0), claims: part(&token, 1), key: key(s, "acme").await }
    }

    /// The same with other members in the header; `null` leaves one out.
    fn with_header(&self, members: &[(&str, Value)]) -> String {
        sign(&self.key, &changed(&self.header, members), &self.claims.to_string())
    }

    /// The same with other claims; `null` leaves one out.
    pub(super) fn with_claims(&self, members: &[(&str, Value)]) -> String {
        sign(&self.key, &self.header.to_string(), &changed(&self.claims, members))
    }
}

pub(crate) fn changed(object: &Value, members: &[(&str, Value)]) -> String {
    let mut object = object.as_object().expect("an object").clone();
    for (name, value) in members {
        object.remove(*name);
        if !value.is_null() {
            object.insert((*name).to_owned(), value.clone());
        }
    }
    Value::Object(object).to_string()
}

pub(super) async fn demand_good(s: &Stage, token: &str) {
    for path in ["/me", "/offline"] {
        let answer = s.get_as(path, token).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"user-alice"[..]), "{path}");
    }
}

/// Bad, whether or not the guard asks for the grant.
pub(super) async fn demand_bad(s: &Stage, token: &str) {
    for path in ["/me", "/offline"] {
        assert_invalid(&s.get_as(path, token).await, "acme");
    }
}

/// RFC 7515 §5.2: a change anywhere is a change.
pub async fn a_tampered_token_is_invalid(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    demand_good(s, &token).await;
    let dots: Vec<_> = token.match_indices('.').map(|(at, _)| at).collect();
    let (payload, signature) = (dots[0] + 1, dots[1] + 1);
    for at in [0, 10, payload - 2, payload, payload + 30, signature - 2, signature, signature + 40]
    {
        let flipped = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        demand_bad(s, &[&token[..at], flipped, &token[at + 1..]].concat()).await;
    }
    let model = Model::new(s).await;
    let mallory = changed(&model.claims, &[("sub", json!("user-mallory"))]);
    let [head, tail] = [&token[..payload], &token[signature - 1..]];
    demand_bad(s, &format!("{head}{}{tail}", URL_SAFE_NO_PAD.encode(mallory))).await;
}

/// JW-07, JW-09, RFC 7515 §3.1: three parts in one spelling.
pub async fn another_shape_is_invalid(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    let (signed, signature) = token.rsplit_once('.').expect("a JWS");
    let (head, payload) = signed.split_once('.').expect("a JWS");
    // 64 bytes leave four bits of the last letter unused.
    let last = signature.chars().last().expect("a signature");
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let next = alphabet.chars().nth(alphabet.find(last).expect("base64url") + 1).expect("a letter");
    for bad in [
        format!("{signed}.{}{next}", &signature[..85]),
        format!("{token}="),
        format!("{token}=="),
        format!("{token}A"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{payload}.{head}"),
        format!("{signed}."),
        signed.to_owned(),
        head.to_owned(),
        format!("{head}..{signature}"),
        format!(".{payload}.{signature}"),
        "..".to_owned(),
        ".".repeat(10_000),
        signature.to_owned(),
        // The letters of another alphabet.
        format!("{signed}.+{}", &signature[1..]),
        format!("{signed}./{}", &signature[1..]),
    ] {
        demand_bad(s, &bad).await;
    }
    // Space that some decoders skip makes it no token at all (RFC 6750 §2.1).
    for bad in [format!("{signed}. {signature}"), format!("{head} .{payload}.{signature}")] {
        for path in ["/me", "/offline"] {
            assert_eq!(s.get_as(path, &bad).await.status, 400, "{bad}");
        }
    }
}

/// JW-07, RFC 7516 §9: an encrypted token has five parts and is refused for that, whatever work its
/// header asks for; nothing that is signed is unpacked.
pub async fn an_encrypted_or_packed_token_is_invalid(s: &Stage) {
    let model = Model::new(s).await;
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    for header in [
        json!({ "alg": "PBES2-HS256+A128KW", "enc": "A128CBC-HS256", "p2c": 1_000_000_000, "p2s": "eA" }),
        json!({ "alg": "dir", "enc": "A256GCM", "zip": "DEF" }),
        json!({ "alg": "RSA-OAEP", "enc": "A256GCM", "kid": model.header["kid"] }),
    ] {
        let five = [part(&header), "eA".into(), "eA".into(), "eA".into(), "eA".into()];
        demand_bad(s, &five.join(".")).await;
        demand_bad(s, &[&*five[0], "", "eA", "eA", "eA"].join(".")).await;
        // In three parts and signed, it is no algorithm of ours.
        let mut ours = model.header.clone();
        ours.as_object_mut().expect("an object").extend(header.as_object().expect("one").clone());
        ours["kid"] = model.header["kid"].clone();
        demand_bad(s, &sign(&model.key, &ours.to_string(), &model.claims.to_string())).await;
    }
    // Good claims packed by DEFLATE (RFC 1951 §3.2.4, one block), under a header that says so.
    let zip = changed(&model.header, &[("zip", json!("DEF"))]);
    let claims = model.claims.to_string();
    let length = u16::try_from(claims.len()).expect("a short token");
    let packed = [&[1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), claims.as_bytes()];
    let packed = URL_SAFE_NO_PAD.encode(packed.concat());
    let signed = format!("{}.{packed}", URL_SAFE_NO_PAD.encode(zip));
    let signature = URL_SAFE_NO_PAD.encode(model.key.sign(signed.as_bytes()));
    demand_bad(s, &format!("{signed}.{signature}")).await;
}

/// CA-07, RFC 8725 §3.1: the algorithm is the key's, whatever the token says.
pub async fn the_algorithm_is_the_keys(s: &Stage) {
    let model = Model::new(s).await;
    demand_good(s, &model.with_header(&[])).await;
    for alg in ["none", "None", "ES256", "HS256", "RS256", "Ed25519", "eddsa", ""] {
        let token = model.with_header(&[("alg", json!(alg))]);
        demand_bad(s, &token).await;
        let (signed, _) = token.rsplit_once('.').expect("a JWS");
        demand_bad(s, &format!("{signed}.")).await;
        // The public key as the secret of a MAC.
        let secret = aws_lc_rs::hmac::Key::new(
            aws_lc_rs::hmac::HMAC_SHA256,
            model.key.public_key().as_ref(),
        );
        let mac = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&secret, signed.as_bytes()));
        demand_bad(s, &format!("{signed}.{mac}")).await;
    }
    demand_bad(s, &model.with_header(&[("alg", Value::Null)])).await;
}

/// JW-01, RFC 9068 §4: an ID token, a logout token or any other JWT is no access token.
pub async fn another_type_is_invalid(s: &Stage) {
    let model = Model::new(s).await;
    demand_good(s, &model.with_header(&[("typ", json!("application/at+jwt"))])).await;
    for typ in ["JWT", "jwt", "logout+jwt", "dpop+jwt", "token-introspection+jwt", "at", ""] {
        demand_bad(s, &model.with_header(&[("typ", json!(typ))])).await;
    }
    for typ in [Value::Null, json!(7), json!(["at+jwt"])] {
        demand_bad(s, &model.with_header(&[("typ", typ)])).await;
    }
}

/// CA-08, CA-11, RFC 7515 §4.1.11: what the header says of keys is not read, what it says is
/// critical is refused.
pub async fn the_header_names_no_key_of_its_own(s: &Stage) {
    let model = Model::new(s).await;
    let evil = key(s, "globex").await;
    let x = URL_SAFE_NO_PAD.encode(evil.public_key());
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
    let noise = [
        ("jwk", jwk),
        ("jku", json!("https://evil.example")),
        ("x5u", json!("https://evil.example")),
    ];
    demand_good(s, &model.with_header(&noise)).await;
    let header = changed(&model.header, &noise);
    demand_bad(s, &sign(&evil, &header, &model.claims.to_string())).await;
    for crit in [json!(["exp"]), json!([]), json!("b64")] {
        demand_bad(s, &model.with_header(&[("crit", crit)])).await;
    }
}

/// JW-02, CA-09: a key of another tenant, by its own name, by ours and by none.
pub async fn a_key_of_another_tenant_verifies_nothing(s: &Stage) {
    let model = Model::new(s).await;
    let (evil, payload) = (key(s, "globex").await, model.claims.to_string());
    let theirs = part(&s.tokens("globex", "app").await.access, 0);
    for kid in [theirs["kid"].clone(), model.header["kid"].clone()] {
        let header = changed(&model.header, &[("kid", kid)]);
        let token = sign(&evil, &header, &payload);
        demand_bad(s, &token).await;
        assert_invalid(&s.get_as("/anyone", &token).await, "acme");
    }
    for kid in [Value::Null, json!(""), json!("../../etc/passwd"), json!("' OR 1=1"), json!(1)] {
        demand_bad(s, &model.with_header(&[("kid", kid)])).await;
    }
}

/// JW-08: 16 KiB are looked at, and no more.
pub async fn an_oversize_token_is_invalid(s: &Stage) {
    let model = Model::new(s).await;
    let fill = |count: usize| model.with_claims(&[("filler", json!("x".repeat(count)))]);
    let bare = fill(0).len();
    // Three letters of payload are four of the token.
    let room = (16 * 1024 - bare) / 4 * 3;
    demand_good(s, &fill(room)).await;
    let over = fill(room + 4);
    assert!(over.len() > 16 * 1024);
    demand_bad(s, &over).await;
    demand_bad(s, &fill(40_000)).await;
    // More than transports carry: what the guard itself says of it.
    for large in [fill(1 << 20), ".".repeat(100_000), "a.".repeat(1 << 20)] {
        let (mut parts, _) = crate::get("/me").into_parts();
        let value = HeaderValue::try_from(format!("Bearer {large}")).expect("a header");
        parts.headers.insert("authorization", value);
        for guard in [&s.world.guards.acme, &s.world.guards.offline] {
            let denied = guard.check(&parts).await.expect_err("a token of this size");
            assert_eq!(denied.response().status(), 401);
        }
    }
}

/// JW-12, RFC 7519 §4.1.1, §4.1.3: exactly this issuer, and this audience among those named.
pub async fn issuer_and_audience_are_exact(s: &Stage) {
    let model = Model::new(s).await;
    for good in [json!([World::AUDIENCE]), json!(["https://other.example", World::AUDIENCE])] {
        demand_good(s, &model.with_claims(&[("aud", good)])).await;
    }
    let near = format!("{}/", World::AUDIENCE);
    for bad in [json!("https://other.example"), json!(near), json!([]), json!(7), Value::Null] {
        demand_bad(s, &model.with_claims(&[("aud", bad)])).await;
    }
    for end in ["acme/", "ACME", "acm", "acme1", "globex", "acme?x", ""] {
        let iss = json!(format!("https://id.example.com/oauth/{end}"));
        demand_bad(s, &model.with_claims(&[("iss", iss)])).await;
    }
    for bad in [json!("http://id.example.com/oauth/acme"), json!(["x"]), Value::Null] {
        demand_bad(s, &model.with_claims(&[("iss", bad)])).await;
    }
}
