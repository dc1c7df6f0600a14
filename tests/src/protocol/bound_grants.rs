//! Codes and refresh tokens that are bound to a key (RFC 9449 §5, §10), and who must have one.

use std::time::Duration;

use grantry::types::{Client, Dpop};
use serde_json::{Value, json};

use super::admin::{admin, assert_no, client_id};
use super::grant::now;
use super::metadata::metadata;
use super::prover::{
    ALONE, TOKEN, allow, alone, assert_bound, assert_refused, fresh, redeem, renew,
};
use super::pushed_requests::{PAR, brings, push};
use super::registering;
use super::visitors::{code_for, visit};
use super::walk::spa;
use crate::{Answer, Browser, KeyHolder, Stage, Tokens, form, tenant_id, with_proof};

const GRANT: &str = "the code or refresh token is unknown, expired, used, or was issued for another client or redirect URI";
const PAR_URL: &str = "https://id.example.com/oauth/acme/par";

/// Alice's tokens, bound to a key.
async fn bound(s: &Stage, client: &str, key: &KeyHolder) -> Tokens {
    let code = code_for(&Browser::new(s), "alice", client, &[]).await;
    assert_bound(&redeem(s, client, &code, &[&fresh(s, key)]).await, key)
}

/// RFC 9449 §5, RF-05: a public client's refresh token is bound to the key by which its code was redeemed. Without
/// the key, or by another, nothing changes, whichever of the grant's tokens it is.
pub async fn a_public_clients_refresh_token_is_bound_to_its_key(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let first = bound(s, "spa", &key).await;
    let second = assert_bound(&renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await, &key);
    s.world.clock.advance(Duration::from_secs(31));
    let row = s.ticket("acme", &first.access).await;
    assert_eq!(row.sender_key.as_deref().map(|key| key.print()), Some(key.thumbprint()));
    for token in [&first.refresh, &second.refresh] {
        let answers =
            [renew(s, "spa", token, &[]).await, renew(s, "spa", token, &[&fresh(s, &thief)]).await];
        for answer in answers {
            answer.assert_error(400, "invalid_grant", GRANT);
        }
    }
    assert_eq!(s.ticket("acme", &first.access).await, row);
    assert_bound(&renew(s, "spa", &second.refresh, &[&fresh(s, &key)]).await, &key);
}

/// A lost answer costs a client with a key nothing, however late it asks again.
pub async fn a_bound_token_may_be_retried_at_any_age(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    let first = bound(s, "spa", &key).await;
    let second = renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await.tokens();
    s.world.clock.advance(Duration::from_secs(3000));
    let again = renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await.tokens();
    assert_eq!(again.refresh, second.refresh);
    // RF-03: an older one is another matter, by whoever has the key.
    renew(s, "spa", &second.refresh, &[&fresh(s, &key)]).await.tokens();
    renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await.assert_error(
        400,
        "invalid_grant",
        GRANT,
    );
    renew(s, "spa", &second.refresh, &[&fresh(s, &key)]).await.assert_error(
        400,
        "invalid_grant",
        GRANT,
    );
}

/// RFC 9449 §5: a confidential client's refresh token is bound to what it authenticates by; its access tokens follow
/// the proof of each request.
pub async fn a_confidential_clients_access_tokens_follow_its_proofs(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, other) = (KeyHolder::eddsa("ed"), KeyHolder::es256("p"));
    let first = bound(s, "web", &key).await;
    assert_eq!(s.ticket("acme", &first.access).await.sender_key, None);
    assert_bound(&renew(s, "web", &first.refresh, &[&fresh(s, &other)]).await, &other);
    let plain = renew(s, "web", &first.refresh, &[]).await;
    plain.tokens();
    assert_eq!(plain.json()["token_type"], "Bearer");
}

/// A grant that was never bound stays so: a proof later binds the access token and nothing else.
pub async fn a_grant_without_a_key_gets_none_later(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, other) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("other"));
    let code = code_for(&Browser::new(s), "alice", "spa", &[]).await;
    let first = redeem(s, "spa", &code, &[]).await.tokens();
    for key in [&key, &other] {
        assert_bound(&renew(s, "spa", &first.refresh, &[&fresh(s, key)]).await, key);
    }
    assert_eq!(s.ticket("acme", &first.access).await.sender_key, None);
    assert_eq!(renew(s, "spa", &first.refresh, &[]).await.json()["token_type"], "Bearer");
}

/// RFC 9449 §10: a code whose client named a key is redeemed by that key alone, and stays good meanwhile.
pub async fn a_code_is_bound_to_the_key_that_was_named(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let named = key.thumbprint();
    for client in ["spa", "web"] {
        let code = code_for(&Browser::new(s), "alice", client, &[("dpop_jkt", &named)]).await;
        // More often than a verifier may be guessed at (TK-13).
        for _ in 0..3 {
            redeem(s, client, &code, &[]).await.assert_error(400, "invalid_grant", GRANT);
            let stolen = redeem(s, client, &code, &[&fresh(s, &thief)]).await;
            stolen.assert_error(400, "invalid_grant", GRANT);
        }
        let tokens = assert_bound(&redeem(s, client, &code, &[&fresh(s, &key)]).await, &key);
        let kept = s.ticket("acme", &tokens.access).await.sender_key;
        assert_eq!(kept.is_some(), client == "spa");
        // TK-01: its replay by whoever has the key ends it.
        let again = redeem(s, client, &code, &[&fresh(s, &key)]).await;
        again.assert_error(400, "invalid_grant", GRANT);
        let refused = renew(s, client, &tokens.refresh, &[&fresh(s, &key)]).await;
        refused.assert_error(400, "invalid_grant", GRANT);
    }
}

/// §10: what is no thumbprint is refused, where anything comes of it, and is passed over where nothing does.
pub async fn a_key_that_is_named_is_a_thumbprint(s: &Stage) {
    let named = KeyHolder::eddsa("ed").thumbprint();
    let bad = ["x", &named[1..], &format!("{named}="), &named.replace('_', "/"), "=", "ü"];
    for dpop in [Dpop::Off, Dpop::Allowed] {
        allow(s, "acme", dpop, false).await;
        for text in bad.iter().filter(|text| **text != named) {
            let browser = Browser::new(s);
            let landing = visit(&browser, "spa", &[("dpop_jkt", text)]).await;
            if dpop == Dpop::Off {
                assert!(landing.page().offers("sign-in"));
                continue;
            }
            let told = landing.parameters();
            assert_eq!(told["error"], "invalid_request");
            assert_eq!(told["error_description"], "dpop_jkt must be the base64url of a SHA-256");
        }
    }
    allow(s, "acme", Dpop::Off, false).await;
    let code = code_for(&Browser::new(s), "alice", "spa", &[("dpop_jkt", &named)]).await;
    assert_eq!(redeem(s, "spa", &code, &[]).await.json()["token_type"], "Bearer");
}

/// Pushes what `spa` asks for, with these proofs.
async fn push_with(s: &Stage, more: &[(&str, &str)], proofs: &[&str]) -> Answer {
    let asked = [&spa()[..], more].concat();
    s.send(proofs.iter().fold(form(PAR, &asked), |request, proof| with_proof(request, proof))).await
}

fn pushed(s: &Stage, key: &KeyHolder) -> String {
    key.prove(&key.proof_claims("POST", PAR_URL, now(s)))
}

/// RFC 9449 §10.1: a proof at PAR names the key, a parameter does too, and both name one.
pub async fn a_pushed_request_names_a_key_by_its_proof(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let (named, proof) = (key.thumbprint(), pushed(s, &key));
    let by = [("dpop_jkt", &*named)];
    type Way<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
    let ways: [Way<'_>; 3] = [(&[], &[&proof]), (&by, &[]), (&by, &[&pushed(s, &key)])];
    for (more, proofs) in ways {
        let answer = push_with(s, more, proofs).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let reference = answer.json()["request_uri"].as_str().expect("a reference").to_owned();
        let browser = Browser::new(s);
        let landing = browser.authorize("acme", &brings("spa", &reference)).await;
        let landing = browser.sign_in(&landing.page(), "alice", crate::World::PASSWORD).await;
        let code = match landing {
            crate::Landing::Page(page) => {
                browser.submit(&page, &[("action", "allow")]).await.code()
            }
            landing => landing.code(),
        };
        redeem(s, "spa", &code, &[]).await.assert_error(400, "invalid_grant", GRANT);
        redeem(s, "spa", &code, &[&fresh(s, &thief)]).await.assert_error(
            400,
            "invalid_grant",
            GRANT,
        );
        assert_bound(&redeem(s, "spa", &code, &[&fresh(s, &key)]).await, &key);
    }
    let mismatched = push_with(s, &by, &[&pushed(s, &thief)]).await;
    assert_refused(&mismatched, "its key must be the one that was named");
    assert_refused(&push_with(s, &[], &[&proof]).await, "it was used before");
    let elsewhere = push_with(s, &[], &[&fresh(s, &key)]).await;
    assert_refused(&elsewhere, "its htu must be the URL of the request");
    assert_eq!(push(s, &spa()).await.status, 201);
}

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
