//! What a client's assertion says (RFC 7523 §3): of whom, for whom, and for how long.

use std::time::Duration;

use serde_json::{Value, json};

use super::assertions::{FAILED, ISSUER, now, register, robots, show};
use super::grant::whole;
use crate::{KeyHolder, Stage, form, tenant_id};

/// A claim made bad.
type Bad = (&'static str, Value);

/// Shows what a good assertion says, but for one claim.
async fn changed(s: &Stage, key: &KeyHolder, (name, value): Bad) -> crate::Answer {
    let mut said = key.claims("robot", ISSUER, now(s));
    match value {
        Value::Null => drop(said.as_object_mut().expect("an object").remove(name)),
        value => said[name] = value,
    }
    show(s, &key.assert(&said)).await
}

/// CA-05: five minutes ahead and no more, with a minute for clocks that differ; not expired for longer than
/// that, and not of tomorrow.
pub async fn an_assertion_is_good_for_minutes(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let at = |span: i64| Value::from(i64::try_from(now(s).as_secs()).expect("seconds") + span);
    for good in [("exp", 360), ("exp", -59), ("nbf", 60), ("iat", 60)] {
        changed(s, &key, (good.0, at(good.1))).await.tokens();
    }
    let year = 365 * 24 * 3600;
    for bad in [("exp", 361), ("exp", year), ("exp", -60), ("nbf", 61), ("iat", 61), ("nbf", year)]
    {
        let answer = changed(s, &key, (bad.0, at(bad.1))).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
    // It ends by itself.
    let assertion = robots(s, &key);
    s.world.clock.advance(Duration::from_secs(120));
    show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
}

/// CA-05: an id of kilobytes, or none, is not remembered; one of 128 bytes is.
pub async fn an_id_has_at_most_128_bytes(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    for id in ["x".repeat(128), "Ä".repeat(64), "\0".into(), " ".into()] {
        changed(s, &key, ("jti", id.into())).await.tokens();
    }
    for id in [String::new(), "x".repeat(129), "Ä".repeat(65), "x".repeat(5000)] {
        let answer = changed(s, &key, ("jti", id.into())).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
}

/// CA-06 (CVE-2025-27370, CVE-2025-27371), JW-12: for this issuer, in its spelling, and for nobody beside.
pub async fn an_assertion_is_for_the_issuer_alone(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    changed(s, &key, ("aud", json!([ISSUER]))).await.tokens();
    let other = "https://id.example.com/oauth/globex";
    let elsewhere = [
        json!(other),
        json!(format!("{ISSUER}/")),
        json!(format!("{ISSUER}/token")),
        json!(format!("{ISSUER}x")),
        json!("https://id.example.com/oauth/acm"),
        json!("https://ID.example.com/oauth/acme"),
        json!("https://id.example.com"),
        json!(""),
        json!([]),
        json!([ISSUER, other]),
        json!([other, ISSUER]),
        json!([ISSUER, ISSUER]),
        json!([[ISSUER]]),
        json!({ "0": ISSUER }),
        json!(7),
        Value::Null,
    ];
    for audience in elsewhere {
        let what = audience.to_string();
        let answer = changed(s, &key, ("aud", audience)).await;
        assert_eq!(answer.status, 401, "{what}");
        answer.assert_error(401, "invalid_client", FAILED);
    }
}

/// RFC 7523 §3 items 1 and 2B: it speaks of the client twice; one client speaks for no other.
pub async fn an_assertion_speaks_of_its_client(s: &Stage) {
    let (key, other) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("other"));
    register(s, "robot", &key.jwks()).await;
    register(s, "twin", &other.jwks()).await;
    let elsewhere = [("iss", "twin"), ("iss", ISSUER), ("iss", ""), ("sub", "twin"), ("sub", "")];
    for (name, who) in elsewhere {
        let answer = changed(s, &key, (name, who.into())).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
    for client in ["twin", "backend", "direct", "nobody"] {
        let assertion = key.assert(&key.claims(client, ISSUER, now(s)));
        show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
    }
    show(s, &other.assert(&other.claims("twin", ISSUER, now(s)))).await.tokens();
}

/// CA-10 (CVE-2026-25537): ill-typed is not absent, and what is demanded is there.
pub async fn an_ill_typed_claim_is_refused(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let soon = now(s).as_secs() + 60;
    #[expect(clippy::cast_precision_loss, reason = "it is to be a float")]
    let numbers = [
        json!(soon.to_string()),
        json!(soon as f64 + 0.5),
        json!(-1),
        json!(1e30),
        json!(u64::MAX),
        json!(true),
        json!([soon]),
        json!({}),
    ];
    for name in ["exp", "nbf", "iat"] {
        for value in &numbers {
            let answer = changed(s, &key, (name, value.clone())).await;
            assert_eq!(answer.status, 401, "{name}: {value}");
        }
    }
    for name in ["iss", "sub", "jti"] {
        for value in [json!(7), json!(["robot"]), json!(false), json!({})] {
            let answer = changed(s, &key, (name, value.clone())).await;
            assert_eq!(answer.status, 401, "{name}: {value}");
        }
    }
    for name in ["iss", "sub", "aud", "exp", "jti"] {
        let answer = changed(s, &key, (name, Value::Null)).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
    // JSON's own nothing is something that stands there.
    let said = key.claims("robot", ISSUER, now(s)).to_string();
    for name in ["iat", "nbf"] {
        let mut said: Value = serde_json::from_str(&said).expect("JSON");
        said[name] = Value::Null;
        show(s, &key.assert(&said)).await.assert_error(401, "invalid_client", FAILED);
    }
    // JW-10: and what stands twice is nothing.
    let header = json!({ "alg": key.alg, "kid": key.kid }).to_string();
    let twice = said.replacen('{', r#"{"sub":"backend","#, 1);
    let answer = show(s, &key.sign_text(&header, &twice)).await;
    answer.assert_error(401, "invalid_client", FAILED);
    show(s, &key.sign_text(&header, &said)).await.tokens();
}

/// CA-12 (CVE-2026-9094): a client of one name and one key at two tenants is two.
pub async fn an_assertion_for_one_tenant_is_nothing_at_another(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let new = grantry::NewClient::with_keys("robot", key.jwks())
        .grants([grantry::types::GrantType::ClientCredentials])
        .scope("read");
    super::admin::admin(s).create_client(&tenant_id("globex"), new).await.expect("a client");
    let at = async |tenant: &str, assertion: &str| {
        let shown = [super::assertions::ASK, crate::JWT_BEARER, ("client_assertion", assertion)];
        s.send(form(&format!("/oauth/{tenant}/token"), &shown)).await
    };
    let assertion = robots(s, &key);
    at("globex", &assertion).await.assert_error(401, "invalid_client", FAILED);
    at("acme", &assertion).await.tokens();
    // An id that was used at one is new at the other.
    let mut there = key.claims("robot", "https://id.example.com/oauth/globex", now(s));
    there["jti"] = crate::claims(&assertion)["jti"].clone();
    at("globex", &key.assert(&there)).await.tokens();
    let model = at("globex", &assertion).await;
    assert_eq!(whole(&at("globex", &robots(s, &key)).await), whole(&model));
}

/// A store that forgets when its process ends takes no assertion that was made before it began: it may have
/// been used then. One that lasts takes it.
pub async fn what_may_have_been_used_before_a_restart_is_refused_where_that_is_not_known(
    s: &Stage,
) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let lasts = s.world.stores.jwt_ids.lasts();
    let status = if lasts { 200 } else { 401 };
    let before = now(s).as_secs() - 1;
    assert_eq!(changed(s, &key, ("iat", before.into())).await.status, status);
    assert_eq!(changed(s, &key, ("iat", Value::Null)).await.status, status);
    // The longest life that there is: this one may have been used at the last moment of the process before.
    let mut longest = key.claims("robot", ISSUER, now(s));
    longest.as_object_mut().expect("an object").remove("iat");
    longest["exp"] = (now(s).as_secs() + 360).into();
    assert_eq!(show(s, &key.assert(&longest)).await.status, status);
    // Whatever was good then has expired by now.
    s.world.clock.advance(Duration::from_secs(361));
    changed(s, &key, ("iat", before.into())).await.tokens();
    changed(s, &key, ("iat", Value::Null)).await.tokens();
}
