//! Who must show a proof (RFC 9449), and where it is said that proofs are taken.

use grantry::types::{Client, Dpop};
use serde_json::{Value, json};

use super::admin::{admin, assert_no, client_id};
use super::metadata::metadata;
use super::prover::{
    ALONE, TOKEN, allow, alone, assert_bound, assert_refused, fresh, redeem, renew,
};
use super::registering;
use super::visitors::code_for;
use crate::{Browser, KeyHolder, Stage, form, tenant_id, with_proof};

/// RFC 9449 §5.2: a client that is registered so, and every client of a tenant that wants it, shows a proof.
pub async fn who_must_have_a_key_gets_no_token_without(s: &Stage) {
    let (key, missing) = (KeyHolder::eddsa("ed"), "the header DPoP is required");
    alone(s, &[]).await.tokens();
    // Where nothing is bound, a proof is not looked at.
    assert_eq!(alone(s, &["x"]).await.json()["token_type"], "Bearer");
    allow(s, "acme", Dpop::Required, false).await;
    assert_refused(&alone(s, &[]).await, missing);
    assert_bound(&alone(s, &[&fresh(s, &key)]).await, &key);
    let code = code_for(&Browser::new(s), "alice", "spa", &[]).await;
    assert_refused(&redeem(s, "spa", &code, &[]).await, missing);
    let tokens = assert_bound(&redeem(s, "spa", &code, &[&fresh(s, &key)]).await, &key);
    assert_refused(&renew(s, "spa", &tokens.refresh, &[]).await, missing);
    // The direct API is as it is documented.
    assert_eq!(crate::claims(&s.direct_tokens("acme").await.access)["cnf"], Value::Null);
    allow(s, "acme", Dpop::Allowed, false).await;
    let acme = tenant_id("acme");
    let bind = |client: &mut Client| client.dpop_bound_access_tokens = true;
    admin(s).change_client(&acme, &client_id("backend"), bind).await.expect("done");
    assert_refused(&alone(s, &[]).await, missing);
    assert_bound(&alone(s, &[&fresh(s, &key)]).await, &key);
    // CA-01: who the client is comes first.
    let nobody = [ALONE, ("client_id", "backend"), ("client_secret", "wrong")];
    let failed = "client authentication failed";
    s.post(TOKEN, &nobody).await.assert_error(401, "invalid_client", failed);
    // A client is not unbound by its tenant's leaving off.
    allow(s, "acme", Dpop::Off, false).await;
    assert_refused(&alone(s, &[]).await, missing);
    let more = admin(s).change_client(&acme, &client_id("spa"), bind).await;
    assert_no(
        more,
        "client.dpop_bound_access_tokens are for tenants whose policy has dpop allowed or required",
    );
}

/// RFC 9449 §6.2: whoever may hear of a token hears of its key.
pub async fn introspection_tells_the_key(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    let secret = s.world.secret("acme", "backend");
    let told = async |token: &str| {
        s.post_basic("/oauth/acme/introspect", "backend", secret, &[("token", token)]).await.json()
    };
    let bound = told(&alone(s, &[&fresh(s, &key)]).await.tokens().access).await;
    assert_eq!((&bound["active"], &bound["token_type"]), (&json!(true), &json!("DPoP")));
    assert_eq!(bound["cnf"], json!({ "jkt": key.thumbprint() }));
    let plain = told(&alone(s, &[]).await.tokens().access).await;
    assert_eq!((&plain["token_type"], &plain["cnf"]), (&json!("Bearer"), &Value::Null));
}

/// JW-14, RFC 9449 §5.1: said of where it is so, and nowhere else.
pub async fn keys_are_advertised_where_they_are_taken(s: &Stage) {
    const NAME: &str = "dpop_signing_alg_values_supported";
    assert_eq!(metadata(s, "acme").await[NAME], Value::Null);
    for dpop in [Dpop::Allowed, Dpop::Required] {
        allow(s, "acme", dpop, true).await;
        let algs = json!(["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]);
        assert_eq!(metadata(s, "acme").await[NAME], algs);
    }
    allow(s, "acme", Dpop::Off, false).await;
    assert_eq!(metadata(s, "acme").await[NAME], Value::Null);
}

/// A nonce without proofs is a policy that contradicts itself.
pub async fn nonces_are_for_tenants_with_proofs(s: &Stage) {
    let nonces = |policy: &mut grantry::types::Policy| policy.dpop_nonces = true;
    let refused = admin(s).change_tenant(&tenant_id("acme"), nonces).await;
    assert_no(
        refused,
        "policy.dpop_nonces are for tenants whose policy has dpop allowed or required",
    );
}

/// RFC 9449 §5.2, RFC 7591 §3.2.1: a client registers as one that always has a key, where there are keys.
pub async fn a_client_registers_as_one_with_a_key(s: &Stage) {
    const NAME: &str = "dpop_bound_access_tokens";
    registering::open(s, "acme").await;
    let asked = |value: Value| {
        let method = ("token_endpoint_auth_method", "client_secret_post".into());
        let alone = ("grant_types", json!(["client_credentials"]));
        registering::document(&[(NAME, value), alone, method])
    };
    let off = registering::register(s, &asked(true.into())).await;
    let why = "dpop_bound_access_tokens are for tenants whose policy has dpop allowed or required";
    off.assert_error(400, "invalid_client_metadata", why);
    allow(s, "acme", Dpop::Allowed, false).await;
    for bad in [json!("true"), json!(1), json!([])] {
        let answer = registering::register(s, &asked(bad)).await;
        answer.assert_error(
            400,
            "invalid_client_metadata",
            "dpop_bound_access_tokens is true or false",
        );
    }
    let plain = registering::made(&registering::register(s, &asked(false.into())).await);
    assert_eq!(plain.said[NAME], Value::Null);
    let made = registering::made(&registering::register(s, &asked(true.into())).await);
    assert_eq!(made.said[NAME], true);
    let key = KeyHolder::eddsa("ed");
    let ask = async |proofs: &[&str]| {
        let bare = form(TOKEN, &[ALONE, ("client_id", &made.id), ("client_secret", &made.secret)]);
        s.send(proofs.iter().fold(bare, |request, proof| with_proof(request, proof))).await
    };
    assert_refused(&ask(&[]).await, "the header DPoP is required");
    assert_bound(&ask(&[&fresh(s, &key)]).await, &key);
}
