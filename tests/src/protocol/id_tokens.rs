//! ID tokens as clients read them (OpenID Connect Core §2, §3.1.3.6), and as they bring them back.

use aws_lc_rs::digest::{Algorithm, SHA256, SHA512, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::types::SigningAlg;
use serde_json::{Value, json};

use super::access_tokens::{header, is_signed_by, key_of};
use super::admin::{admin, client_id};
use super::grant::now;
use super::walk::{
    ISSUER, assert_refusal, but, id_token, own_tokens, plain, redeem_own, spa, walk,
};
use crate::{Browser, Stage, claims, tenant_id};

/// OpenID Connect Core §3.1.3.6
pub(super) fn half_hash(by: &'static Algorithm, text: &str) -> String {
    let hash = digest(by, text.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}

/// OpenID Connect Core §2: the whole of what an ID token says; of the profile nothing, that is told by
/// userinfo.
pub async fn an_id_token_says_this_and_nothing_else(s: &Stage) {
    let answer = own_tokens(s, &plain("openid profile email")).await;
    let token = id_token(&answer);
    let said = claims(&token);
    let whole = json!({
        "iss": ISSUER,
        "sub": "user-alice",
        "aud": "own",
        "azp": "own",
        "exp": now(s).as_secs() + 3600,
        "iat": now(s).as_secs(),
        "auth_time": now(s).as_secs(),
        "nonce": "no",
        "amr": ["pwd"],
        "at_hash": half_hash(&SHA256, &answer.tokens().access),
        "sid": said["sid"],
    });
    assert_eq!(said, whole);
    let sid = URL_SAFE_NO_PAD.decode(said["sid"].as_str().expect("a text")).expect("base64url");
    assert_eq!(sid.len(), 16);
    // It is no access token (RFC 9068 §2.1, JW-01).
    assert_eq!(header(&token)["typ"], "JWT");
    assert_eq!(s.get_as("/oauth/acme/userinfo", &token).await.status, 401);
}

/// oidcc-idtoken-signature, oidcc-idtoken-rs256; OpenID Connect Core §3.1.3.7, §15.1: RS256 unless
/// somebody said otherwise, by a key that is published.
pub async fn an_id_token_is_signed_by_a_published_key(s: &Stage) {
    let token = id_token(&own_tokens(s, &plain("openid")).await);
    let key = key_of(s, "acme", &token).await;
    assert_eq!((&header(&token)["alg"], &key["kty"]), (&"RS256".into(), &"RSA".into()));
    assert!(is_signed_by(&key, &token));
    assert!(!is_signed_by(&key, &token.replacen('.', "A.", 1)));
}

/// oidcc-idtoken-unsigned: no client can be registered for `none`, and none is offered: each gets the
/// algorithm that it was registered for, with the hash that belongs to it.
pub async fn no_id_token_is_unsigned(s: &Stage) {
    let path = "/oauth/acme/.well-known/openid-configuration";
    let offered = s.get(path, &[]).await.json()["id_token_signing_alg_values_supported"].clone();
    let mut offered: Vec<_> = offered.as_array().expect("a list").to_vec();
    offered.sort_by_key(Value::to_string);
    assert_eq!(offered, [json!("ES256"), json!("EdDSA"), json!("RS256")]);
    assert!("none".parse::<SigningAlg>().is_err() && "HS256".parse::<SigningAlg>().is_err());
    let browser = Browser::new(s);
    for (alg, by) in
        [(SigningAlg::Es256, &SHA256), (SigningAlg::EdDsa, &SHA512), (SigningAlg::Rs256, &SHA256)]
    {
        let change = |client: &mut grantry::types::Client| {
            client.browser.as_mut().expect("a browser").id_token_alg = Some(alg);
        };
        admin(s).change_client(&tenant_id("acme"), &client_id("own"), change).await.expect("done");
        let code = walk(&browser, "acme", &plain("openid")).await.code();
        let answer = redeem_own(s, &code).await;
        let token = id_token(&answer);
        assert_eq!(header(&token)["alg"], alg.as_str());
        assert!(is_signed_by(&key_of(s, "acme", &token).await, &token));
        assert_eq!(claims(&token)["at_hash"], half_hash(by, &answer.tokens().access));
    }
}

/// RF-19, OpenID Connect Core §12.2: an ID token from a refresh is the old one with a new time: the same
/// user, the same sign-in, neither newer nor better, and no nonce.
pub async fn an_id_token_of_a_refresh_is_the_same_with_a_new_time(s: &Stage) {
    let code = walk(&Browser::new(s), "acme", &spa()).await.code();
    let first = s.redeem_code("acme", "spa", &code).await;
    let (mut refresh, old) = (first.tokens().refresh, claims(&id_token(&first)));
    for _ in 0..2 {
        s.world.clock.advance(std::time::Duration::from_secs(100));
        let answer = s.refresh("acme", "spa", &refresh).await;
        let said = claims(&id_token(&answer));
        for same in ["iss", "sub", "aud", "azp", "auth_time", "sid", "amr"] {
            assert_eq!(said[same], old[same], "{same}");
        }
        assert_eq!(said.get("nonce"), None);
        assert_eq!(said["iat"], now(s).as_secs());
        assert_eq!(said["at_hash"], half_hash(&SHA256, &answer.tokens().access));
        refresh = answer.tokens().refresh;
    }
    // Who asks for less than `openid` gets none.
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh),
        ("client_id", "spa"),
        ("scope", "read"),
    ];
    let narrow = s.post("/oauth/acme/token", &form).await;
    assert_eq!((narrow.status.as_u16(), narrow.json().get("id_token")), (200, None));
}

/// OpenID Connect Core §8.1: a client with names of its own hears its own of a user, everywhere the same,
/// and another client another.
pub async fn a_pairwise_client_hears_a_name_of_its_own(s: &Stage) {
    let browser = Browser::new(s);
    let mut names = Vec::new();
    let asked =
        but(spa(), &[("client_id", "pair"), ("redirect_uri", "https://pair.example.com/cb")]);
    for _ in 0..2 {
        let code = walk(&browser, "acme", &asked).await.code();
        let answer = s.redeem_code("acme", "pair", &code).await;
        let access = answer.tokens().access;
        let told = s.get_as("/oauth/acme/userinfo", &access).await.json();
        let sub = claims(&id_token(&answer))["sub"].clone();
        assert_eq!((&told["sub"], &claims(&access)["sub"]), (&sub, &sub));
        names.push(sub);
    }
    assert_eq!(names[0], names[1]);
    assert!(!names[0].to_string().contains("alice"), "{names:?}");
}

/// AZ-33, OpenID Connect Core §3.1.2.1: what is no ID token of this tenant's for this client is as if
/// nobody were hinted at: it signs nobody in, and where nobody may be asked it is not believed.
pub async fn a_hint_that_is_not_ours_counts_for_nothing(s: &Stage) {
    let browser = Browser::new(s);
    let code = walk(&browser, "acme", &plain("openid")).await.code();
    let answer = redeem_own(s, &code).await;
    let good = id_token(&answer);
    let elsewhere = walk(&Browser::new(s), "globex", &plain("openid")).await.code();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*elsewhere),
        ("redirect_uri", super::walk::OWN),
    ];
    let secret = s.world.secret("globex", "own");
    let foreign = id_token(&s.post_basic("/oauth/globex/token", "own", secret, &form).await);
    let code = walk(&browser, "acme", &spa()).await.code();
    let anothers = id_token(&s.redeem_code("acme", "spa", &code).await);
    let parts: Vec<_> = good.split('.').collect();
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let kid = header(&good)["kid"].clone();
    let unsigned = encode(&json!({ "alg": "none", "typ": "JWT", "kid": kid }));
    let bob = claims(&good).as_object().expect("claims").clone();
    let mut bob = Value::Object(bob);
    bob["sub"] = "user-bob".into();
    let bad = [
        foreign,
        anothers,
        answer.tokens().access,
        format!("{unsigned}.{}.", parts[1]),
        format!("{unsigned}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], encode(&bob), parts[2]),
        format!("{good}A"),
        "x".into(),
        "x.y.z".into(),
    ];
    for bad in &bad {
        let silent = but(plain("openid"), &[("id_token_hint", bad), ("prompt", "none")]);
        let told = browser.authorize("acme", &silent).await.parameters();
        assert_refusal(&told, "login_required");
        let hinted = but(plain("openid"), &[("id_token_hint", bad)]);
        assert!(Browser::new(s).authorize("acme", &hinted).await.page().offers("sign-in"));
        let code = browser.authorize("acme", &hinted).await.code();
        assert_eq!(claims(&id_token(&redeem_own(s, &code).await))["sub"], "user-alice");
    }
    let silent = but(plain("openid"), &[("id_token_hint", &good), ("prompt", "none")]);
    browser.authorize("acme", &silent).await.code();
}
