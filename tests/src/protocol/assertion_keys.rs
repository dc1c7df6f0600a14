//! By which keys an assertion counts, and which keys a client may have (RFC 7515, RFC 7517, RFC 8725).

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::{NewClient, types::AssertionKeys};
use serde_json::{Value, json};

use super::admin::{admin, assert_no, client_id};
use super::assertions::{FAILED, ISSUER, now, register, robots, show};
use crate::{KeyHolder, Stage, tenant_id};

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// CA-07 (CVE-2026-11800), RFC 8725 §3.1: each key is good for its one algorithm, whatever the header says.
pub async fn an_assertion_is_signed_by_the_algorithm_of_its_key(s: &Stage) {
    let keys = KeyHolder::each();
    for key in &keys {
        register(s, &key.kid, &key.jwks()).await;
    }
    for key in &keys {
        for alg in [
            "RS256", "PS256", "ES256", "EdDSA", "Ed25519", "Ed448", "none", "HS256", "RS512",
            "eddsa", "",
        ] {
            let said = key.claims(&key.kid, ISSUER, now(s));
            let header = json!({ "alg": alg, "kid": key.kid });
            let assertion = key.sign(&header, &said);
            // RFC 9864 §2.2: two names for one algorithm.
            if alg == key.alg || alg == "Ed25519" && key.alg == "EdDSA" {
                show(s, &assertion).await.tokens();
            } else {
                show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
            }
            // RFC 7518 §3.6: and a signature of nothing is none.
            let (unsigned, _) = assertion.rsplit_once('.').expect("three parts");
            let answer = show(s, &format!("{unsigned}.")).await;
            answer.assert_error(401, "invalid_client", FAILED);
        }
    }
    // The public key as a secret that both sides know.
    let rsa = &keys[0];
    let shared = hmac::Key::new(hmac::HMAC_SHA256, rsa.jwks().as_bytes());
    let header = json!({ "alg": "HS256", "kid": "r" }).to_string();
    let said = rsa.claims("r", ISSUER, now(s)).to_string();
    let message = format!("{}.{}", text(header.as_bytes()), text(said.as_bytes()));
    let tag = hmac::sign(&shared, message.as_bytes());
    let forged = format!("{message}.{}", text(tag.as_ref()));
    show(s, &forged).await.assert_error(401, "invalid_client", FAILED);
}

/// CA-08 (CVE-2026-27962), RFC 8725 §3.10: the header brings no key, nor a place where there would be one.
pub async fn the_header_of_an_assertion_names_no_key_of_its_own(s: &Stage) {
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    register(s, "robot", &key.jwks()).await;
    let said = key.claims("robot", ISSUER, now(s));
    let mut own = thief.jwk();
    own["kid"] = "ed".into();
    for (name, value) in [
        ("jwk", own),
        ("jku", json!("https://thief.example/jwks.json")),
        ("x5u", json!("https://thief.example/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
    ] {
        let mut header = json!({ "alg": "EdDSA", "kid": "ed" });
        header[name] = value.clone();
        let forged = thief.sign(&header, &said);
        show(s, &forged).await.assert_error(401, "invalid_client", FAILED);
        // It is not read, and does no harm either.
        let mine = key.claims("robot", ISSUER, now(s));
        show(s, &key.sign(&header, &mine)).await.tokens();
    }
}

/// CA-09: a `kid` is looked up among the client's own keys, and is nothing but a name.
pub async fn a_kid_is_looked_up_among_the_clients_own_keys(s: &Stage) {
    let (first, second) = (KeyHolder::eddsa("first"), KeyHolder::eddsa("second"));
    let other = KeyHolder::eddsa("other");
    let jwks = json!({ "keys": [first.jwk(), second.jwk()] }).to_string();
    register(s, "robot", &jwks).await;
    register(s, "twin", &other.jwks()).await;
    for key in [&first, &second] {
        show(s, &robots(s, key)).await.tokens();
        let long = "x".repeat(2000);
        let names = [
            json!("other"),
            json!(if key.kid == "first" { "second" } else { "first" }),
            json!("../../etc/passwd"),
            json!("' OR 1=1 --"),
            json!("\0"),
            json!(""),
            json!("FIRST"),
            json!(long),
            json!(7),
            json!(["first", "second"]),
            Value::Null,
        ];
        for name in names {
            let header = json!({ "alg": "EdDSA", "kid": name });
            let assertion = key.sign(&header, &key.claims("robot", ISSUER, now(s)));
            let answer = show(s, &assertion).await;
            assert_eq!(answer.status, 401, "{name}");
        }
        // Which of two is meant must be said.
        let header = json!({ "alg": "EdDSA" });
        let assertion = key.sign(&header, &key.claims("robot", ISSUER, now(s)));
        show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
    }
    // Another client's key, under its own name and under that of one of the client's.
    for name in ["other", "first"] {
        let header = json!({ "alg": "EdDSA", "kid": name });
        let forged = other.sign(&header, &other.claims("robot", ISSUER, now(s)));
        show(s, &forged).await.assert_error(401, "invalid_client", FAILED);
    }
}

/// CA-11, RFC 7515 §4.1.11: what has to be understood is not.
pub async fn a_critical_header_is_refused(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!("x"), json!(null), json!({})] {
        let mut header = json!({ "alg": "EdDSA", "kid": "ed", "b64": true });
        header["crit"] = crit;
        let assertion = key.sign(&header, &key.claims("robot", ISSUER, now(s)));
        show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
    }
    for typ in ["at+jwt", "dpop+jwt", "logout+jwt", "", "JOSE"] {
        let header = json!({ "alg": "EdDSA", "kid": "ed", "typ": typ });
        let assertion = key.sign(&header, &key.claims("robot", ISSUER, now(s)));
        show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
    }
}

/// JW-07, JW-08, JW-09: three parts in one spelling, of at most 8 KiB; changed in any, it is nobody's.
pub async fn an_assertion_in_another_shape_is_refused(s: &Stage) {
    let key = KeyHolder::es256("p");
    register(s, "robot", &key.jwks()).await;
    let good = robots(s, &key);
    let (message, signature) = good.rsplit_once('.').expect("three parts");
    let bytes = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        format!("{message}.{}", text(&bytes))
    };
    let bad = [
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        format!("{good}."),
        format!("{good}.x"),
        format!("{message}.{signature}.{signature}.{signature}"),
        message.to_owned(),
        format!("{message}."),
        format!("..{signature}"),
        format!("{message}.{}", text(&[0; 64])),
        format!("{message}.{}", text(&bytes[..63])),
        flipped(0),
        flipped(63),
        "x".to_owned(),
        ".".repeat(100),
        "[".repeat(5000),
    ];
    for assertion in bad {
        show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
    }
    let why = "client_assertion is longer than 8192 bytes";
    show(s, &"x".repeat(8193)).await.assert_error(400, "invalid_request", why);
    show(s, &good).await.tokens();
}

/// CA-15: a key that is weak, private, shared, ambiguous or for something else is not registered.
pub async fn keys_that_nobody_can_rely_on_are_not_registered(s: &Stage) {
    let acme = tenant_id("acme");
    let [rsa, _, p, ed] = KeyHolder::each().map(|key| key.jwk());
    let with = |jwk: &Value, name: &str, value: Value| {
        let mut jwk = jwk.clone();
        jwk[name] = value;
        jwk
    };
    let without = |jwk: &Value, name: &str| {
        let mut jwk = jwk.clone();
        jwk.as_object_mut().expect("an object").remove(name);
        jwk
    };
    let short = text(&[&[0x80], &[0; 126][..], &[1]].concat());
    let even = text(&[&[0x80], &[0; 254][..], &[2]].concat());
    let padded = text(&[&[0, 0x80], &[0; 254][..], &[1]].concat());
    let swapped = with(&with(&p, "x", p["y"].clone()), "y", p["x"].clone());
    let bad: Vec<(Value, &str)> = vec![
        (with(&ed, "d", json!("AAAA")), "public"),
        (with(&rsa, "p", json!("AAAA")), "public"),
        (json!({ "kty": "oct", "k": "AAAA" }), "public"),
        (json!({ "kty": "oct" }), "kty"),
        (without(&ed, "kty"), "kty"),
        (with(&ed, "kty", json!("EC")), "P-256"),
        (with(&rsa, "n", json!(short)), "2048"),
        (with(&rsa, "n", json!(even)), "odd n"),
        (with(&rsa, "n", json!(padded)), "leading zeros"),
        (with(&rsa, "e", json!("AQ")), "65537"),
        (with(&rsa, "e", json!("Aw")), "65537"),
        (with(&rsa, "e", json!("AQAA")), "65537"),
        (with(&rsa, "e", json!("AQAAAAE")), "65537"),
        (without(&rsa, "n"), "leading zeros"),
        (swapped, "P-256"),
        (with(&p, "crv", json!("P-384")), "P-256"),
        (with(&p, "crv", json!("secp256k1")), "P-256"),
        (with(&p, "x", json!("AAAA")), "P-256"),
        (with(&ed, "crv", json!("X25519")), "Ed25519"),
        (with(&ed, "x", json!("AAAA")), "Ed25519"),
        (with(&ed, "x", json!(text(&[0; 32]))), "Ed25519"),
        (with(&ed, "x", json!(format!("{}=", ed["x"].as_str().expect("a text")))), "Ed25519"),
        (with(&ed, "alg", json!("ES256")), "alg"),
        (with(&rsa, "alg", json!("RS512")), "alg"),
        (with(&rsa, "alg", json!("none")), "alg"),
        (with(&ed, "use", json!("enc")), "signatures"),
        (with(&ed, "key_ops", json!(["encrypt"])), "signatures"),
        (with(&ed, "kid", json!("")), "kid"),
        (with(&ed, "kid", json!("x".repeat(129))), "kid"),
        (with(&ed, "kid", json!(7)), "texts"),
    ];
    for (jwk, what) in bad {
        let jwks = json!({ "keys": [p, jwk] }).to_string();
        let made = admin(s).create_client(&acme, NewClient::with_keys("weak", jwks)).await;
        let why = made.expect_err("a key that counts").to_string();
        assert!(why.starts_with("key 1 of the JWK Set ") && why.contains(what), "{why}");
    }
    let twins = json!({ "keys": [ed, with(&p, "kid", ed["kid"].clone())] });
    let no_set = [
        twins.to_string(),
        json!({ "keys": [] }).to_string(),
        json!({ "keys": vec![without(&ed, "kid"); 21] }).to_string(),
        json!([[ed]]).to_string(),
        ed.to_string(),
        "{}".into(),
        String::new(),
        json!({ "keys": [ed] }).to_string().replacen("\"kty\"", "\"kty\":\"EC\",\"kty\"", 1),
        format!("{}{}", " ".repeat(16 * 1024), json!({ "keys": [ed] })),
    ];
    for jwks in no_set {
        let made = admin(s).create_client(&acme, NewClient::with_keys("weak", &*jwks)).await;
        assert!(made.is_err(), "{jwks:.200}");
    }
    assert!(admin(s).client(&acme, &client_id("weak")).await.expect("it answers").is_none());
    let why = "client.jwks is for clients with the method private_key_jwt, and these need it";
    let keyless = NewClient::confidential("weak");
    let keyless = keyless.auth_methods([grantry::types::ClientAuthMethod::PrivateKeyJwt]);
    assert_no(admin(s).create_client(&acme, keyless).await, why);
    let idle = NewClient::confidential("weak").jwks(KeyHolder::eddsa("ed").jwks());
    assert_no(admin(s).create_client(&acme, idle).await, why);
    let public = NewClient::public("weak").jwks(KeyHolder::eddsa("ed").jwks());
    assert_no(admin(s).create_client(&acme, public).await, why);
}

/// RFC 7517 §5: keys of which one takes another's place, at run time.
pub async fn a_key_takes_another_ones_place(s: &Stage) {
    let (old, new) = (KeyHolder::eddsa("old"), KeyHolder::eddsa("new"));
    register(s, "robot", &old.jwks()).await;
    let (acme, robot) = (tenant_id("acme"), client_id("robot"));
    let put = async |jwks: String| {
        let change = |client: &mut grantry::types::Client| {
            client.assertions.as_mut().expect("keys").keys =
                AssertionKeys::Held(jwks.parse().expect("keys"));
        };
        admin(s).change_client(&acme, &robot, change).await.expect("done");
    };
    show(s, &robots(s, &new)).await.assert_error(401, "invalid_client", FAILED);
    put(json!({ "keys": [old.jwk(), new.jwk()] }).to_string()).await;
    for key in [&old, &new] {
        show(s, &robots(s, key)).await.tokens();
    }
    put(new.jwks()).await;
    show(s, &robots(s, &old)).await.assert_error(401, "invalid_client", FAILED);
    show(s, &robots(s, &new)).await.tokens();
}
