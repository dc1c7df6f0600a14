//! Claims that this server never makes, under a good signature: ill-typed, out of time, or of a
//! grant, client and user that do not belong together.

use aws_lc_rs::signature::KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::ports::Clock;
use serde_json::{Value, json};

use super::forgeries::{Model, changed, demand_bad, demand_good, sign};
use super::guards::assert_invalid;
use crate::{Stage, claims};

/// Bad where the guard asks for the grant, good where it does not.
async fn demand_bad_online(s: &Stage, token: &str, subject: &str) {
    assert_invalid(&s.get_as("/me", token).await, "acme");
    assert_invalid(&s.get_as("/api/acme/me", token).await, "acme");
    assert_invalid(&s.get_as("/anyone", token).await, "acme");
    let offline = s.get_as("/offline", token).await;
    let said = (offline.status.as_u16(), &offline.body[..]);
    assert_eq!(said, (200, subject.as_bytes()));
}

/// CA-10, RFC 7519 §2: ill-typed is not the same as absent, and what must be there must.
pub async fn a_claim_of_another_type_is_invalid(s: &Stage) {
    let model = Model::new(s).await;
    let now = s.world.clock.now().as_secs();
    for name in ["exp", "iat"] {
        for bad in [json!((now + 9).to_string()), json!(-1), json!(1e30), json!([now]), Value::Null]
        {
            demand_bad(s, &model.with_claims(&[(name, bad)])).await;
        }
    }
    for bad in [json!(now.to_string()), json!(-1), json!({})] {
        demand_bad(s, &model.with_claims(&[("nbf", bad)])).await;
    }
    for name in ["sub", "client_id"] {
        for bad in [json!(7), json!(["user-alice"]), json!(""), Value::Null] {
            demand_bad(s, &model.with_claims(&[(name, bad)])).await;
        }
    }
    for (name, bad) in [
        ("scope", json!(["read"])),
        ("scope", json!("re\"ad")),
        ("gid", json!(7)),
        ("gid", json!("short")),
    ] {
        demand_bad(s, &model.with_claims(&[(name, bad)])).await;
    }
}

/// RFC 7519 §4.1.4 to §4.1.6: not after its end, and not before its beginning, give or take the
/// minute by which clocks may differ.
pub async fn times_are_judged_by_one_clock(s: &Stage) {
    let model = Model::new(s).await;
    let now = s.world.clock.now().as_secs();
    demand_good(s, &model.with_claims(&[("exp", json!(now + 1))])).await;
    for past in [now, now - 1, 0] {
        demand_bad(s, &model.with_claims(&[("exp", json!(past))])).await;
    }
    for name in ["nbf", "iat"] {
        demand_good(s, &model.with_claims(&[(name, json!(now + 60))])).await;
        demand_bad(s, &model.with_claims(&[(name, json!(now + 61))])).await;
        demand_bad(s, &model.with_claims(&[(name, json!(u64::MAX))])).await;
    }
}

/// JW-10, RFC 8725 §2.4: a member that stands twice says two things.
pub async fn a_member_that_stands_twice_is_invalid(s: &Stage) {
    let model = Model::new(s).await;
    let (header, payload) = (model.header.to_string(), model.claims.to_string());
    for name in ["sub", "exp", "iss", "aud", "client_id", "scope", "gid", "iat", "jti"] {
        let twice = payload.replacen('{', &format!("{{\"{name}\":{},", model.claims[name]), 1);
        demand_bad(s, &sign(&model.key, &header, &twice)).await;
    }
    for name in ["alg", "kid", "typ"] {
        let twice = header.replacen('{', &format!("{{\"{name}\":{},", model.header[name]), 1);
        demand_bad(s, &sign(&model.key, &twice, &payload)).await;
    }
}

/// RFC 7515 §5.2, RFC 7519 §7.2: header and claims are JSON objects, whole and alone.
pub async fn what_is_no_json_object_is_invalid(s: &Stage) {
    let model = Model::new(s).await;
    let (header, payload) = (model.header.to_string(), model.claims.to_string());
    for bad in ["", "null", "[]", "\"x\"", "{", "{}", "{}{}"] {
        demand_bad(s, &sign(&model.key, &header, bad)).await;
        demand_bad(s, &sign(&model.key, bad, &payload)).await;
    }
    demand_bad(s, &sign(&model.key, &header, &format!("{payload}x"))).await;
    demand_bad(s, &sign(&model.key, &format!("{header}{{}}"), &payload)).await;
}

/// RFC 7515 §5.2: values without their names are no claims, in whatever order.
pub async fn a_list_is_no_json_object(s: &Stage) {
    let model = Model::new(s).await;
    let (head, said) = (&model.header, &model.claims);
    let header = json!([head["alg"], head["kid"], head["typ"]]);
    demand_bad(s, &sign(&model.key, &header.to_string(), &said.to_string())).await;
    let payload = json!([
        said["iss"],
        said["sub"],
        said["aud"],
        said["exp"],
        said["iat"],
        said["iat"],
        said["client_id"],
        said["scope"],
        said["gid"],
    ]);
    demand_bad(s, &sign(&model.key, &head.to_string(), &payload.to_string())).await;
}

/// JW-08, PL-05: nor is what is nested without end, whatever it is the value of.
pub async fn what_is_nested_without_end_is_invalid(s: &Stage) {
    let model = Model::new(s).await;
    let (header, payload) = (model.header.to_string(), model.claims.to_string());
    let nest = |text: &str, name: &str| {
        let lists = format!("{}{}", "[".repeat(2000), "]".repeat(2000));
        text.replacen('{', &format!("{{\"{name}\":{lists},"), 1)
    };
    for name in ["filler", "nbf", "crit"] {
        demand_bad(s, &sign(&model.key, &header, &nest(&payload, name))).await;
        demand_bad(s, &sign(&model.key, &nest(&header, name), &payload)).await;
    }
}

/// Design, "Keys": a token is active if its grant is live, and is its grant.
pub async fn a_token_of_no_such_grant_passes_offline_alone(s: &Stage) {
    let model = Model::new(s).await;
    let unknown = json!(URL_SAFE_NO_PAD.encode([7; 16]));
    demand_bad_online(s, &model.with_claims(&[("gid", unknown)]), "user-alice").await;
    // Alice's grant, but another client's or another user's.
    let other = claims(&s.tokens("acme", "backend").await.access)["gid"].clone();
    demand_bad_online(s, &model.with_claims(&[("gid", other)]), "user-alice").await;
    let mallory = [("sub", json!("user-mallory"))];
    demand_bad_online(s, &model.with_claims(&mallory), "user-mallory").await;
}

/// A grant of another tenant is none of this one's.
pub async fn a_grant_of_another_tenant_is_unknown(s: &Stage) {
    let model = Model::new(s).await;
    let foreign = claims(&s.tokens("globex", "app").await.access)["gid"].clone();
    demand_bad_online(s, &model.with_claims(&[("gid", foreign)]), "user-alice").await;
}

/// A client on its own behalf has no grant, but must still be there and enabled.
pub async fn a_token_of_a_client_that_is_disabled_or_gone_passes_offline_alone(s: &Stage) {
    let model = Model::new(s).await;
    let own = |client: &str| {
        let members = [("sub", json!(client)), ("client_id", json!(client)), ("gid", Value::Null)];
        sign(&model.key, &model.header.to_string(), &changed(&model.claims, &members))
    };
    let answer = s.get_as("/me", &own("backend")).await;
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"backend"[..]));
    for client in ["retired", "nobody"] {
        demand_bad_online(s, &own(client), client).await;
    }
}

/// IR-13: the issuer of a tenant that is not there is nobody's.
pub async fn a_token_of_a_tenant_that_is_not_there_is_invalid(s: &Stage) {
    let model = Model::new(s).await;
    let iss = json!("https://id.example.com/oauth/nobody");
    let token = model.with_claims(&[("iss", iss)]);
    assert_invalid(&s.get_as("/api/nobody/me", &token).await, "nobody");
    assert_invalid(&s.get_as("/anyone", &token).await, "nobody");
    for iss in [json!("https://evil.example/oauth/acme"), json!("x"), json!("")] {
        let answer = s.get_as("/anyone", &model.with_claims(&[("iss", iss)])).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (401, &json!("invalid_token"))
        );
    }
}

/// JW-11, CVE-2022-21449: an ES256 signature is two numbers that are not zero, in 64 bytes.
pub async fn an_es256_signature_has_one_form(s: &Stage) {
    let path = "/api/ecdsa/me";
    let token = s.tokens("ecdsa", "app").await.access;
    assert_eq!(&s.get_as(path, &token).await.body[..], b"ecdsa user-alice app read");
    let (signed, signature) = token.rsplit_once('.').expect("a JWS");
    let raw = URL_SAFE_NO_PAD.decode(signature).expect("base64url");
    let whole_number = |half: &[u8]| [&[2, 33, 0][..], half].concat();
    let (r, s_) = (whole_number(&raw[..32]), whole_number(&raw[32..]));
    let der = [&[0x30, 70][..], &r, &s_].concat();
    for bad in [vec![0; 64], vec![], raw[..63].to_vec(), [&raw[..], &[0]].concat(), der] {
        let forged = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bad));
        assert_invalid(&s.get_as(path, &forged).await, "ecdsa");
    }
    // The tenant's other key is published as well, and signs as itself alone.
    let model = Model::new(s).await;
    assert_eq!(model.key.public_key().as_ref().len(), 32);
    let token = sign(&model.key, &model.header.to_string(), &model.claims.to_string());
    assert_invalid(&s.get_as(path, &token).await, "ecdsa");
}
