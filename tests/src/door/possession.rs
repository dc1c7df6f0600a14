//! Guards of the host's routes, and tokens that are bound to a key (RFC 9449 §7): the host's own URL, which is the
//! audience's origin and the path of the request.

use grantry::types::Dpop;
use http::header;
use serde_json::{Value, json};

use super::guards::realm;
use crate::protocol::prover::{allow, claims_with, renew_app, show};
use crate::{Answer, KeyHolder, Stage, token_hash};

const ALGS: &str = "algs=\"RS256 PS256 ES256 EdDSA Ed25519\"";

/// Demands that a request was turned away because of its proof.
#[track_caller]
fn assert_no_proof(answer: &Answer, why: &str) {
    let why = format!("the DPoP proof is not valid: {why}");
    let body = json!({ "error": "invalid_dpop_proof", "error_description": why });
    assert_eq!((answer.status.as_u16(), answer.json()), (401, body));
    let challenge = answer.header("www-authenticate");
    let begin = format!("DPoP {}, error=\"invalid_dpop_proof\"", realm("acme"));
    assert!(challenge.starts_with(&begin) && challenge.ends_with(ALGS), "{challenge}");
}

/// RFC 9449 §7.1: with a proof of its key, for this URL and token, at guards of each kind.
pub async fn a_bound_token_comes_with_a_proof(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let token = renew_app(s, &key).await;
    let paths = [
        ("/me", "/me"),
        ("/offline", "/offline"),
        ("/api/acme/me", "/api/acme/me"),
        ("/anyone", "/anyone"),
        ("/me?x=y", "/me"),
    ];
    for (path, named) in paths {
        let url = format!("https://api.example.com{named}");
        let said = || claims_with(s, &key, &url, &token);
        let proof = key.prove(&said());
        let answer = show(s, path, "DPoP", &token, &[&proof]).await;
        assert_eq!(answer.status, 200, "{path} {answer:?}");
        assert_no_proof(&show(s, path, "DPoP", &token, &[&proof]).await, "it was used before");
        assert_no_proof(&show(s, path, "DPoP", &token, &[]).await, "the header DPoP is required");
        let but = |member: &str, value: Value| {
            let mut claims = said();
            claims[member] = value;
            key.prove(&claims)
        };
        let elsewhere = but("htu", "https://id.example.com/me".into());
        let bad = [
            (elsewhere, "its htu must be the URL of the request"),
            (but("htu", format!("{url}/x").into()), "its htu must be the URL of the request"),
            (but("htm", "POST".into()), "its htm must be the method of the request"),
            (but("ath", token_hash("x").into()), "its ath must be the hash of the access token"),
            (thief.prove(&said()), "its key must be the one that was named"),
            (but("jti", "".into()), "its jti must be 1 to 128 bytes"),
        ];
        for (proof, why) in bad {
            assert_no_proof(&show(s, path, "DPoP", &token, &[&proof]).await, why);
        }
        let (one, other) = (key.prove(&said()), key.prove(&said()));
        let both = show(s, path, "DPoP", &token, &[&one, &other]).await;
        assert_no_proof(&both, "the header DPoP is given more than once");
    }
}

/// RFC 9449 §7.2, IR-16: a bound token is no bearer token, and the other way round.
pub async fn a_bound_token_is_no_bearer_token(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    let token = renew_app(s, &key).await;
    let plain = s.tokens("acme", "app").await.access;
    for path in ["/me", "/offline", "/write", "/api/acme/me", "/anyone"] {
        let url = format!("https://api.example.com{path}");
        let proof = key.prove(&claims_with(s, &key, &url, &token));
        let bearer = show(s, path, "Bearer", &token, &[&proof]).await;
        let body = json!({
            "error": "invalid_token",
            "error_description": "the access token is bound to a key: send it as Authorization: DPoP, with a proof",
        });
        assert_eq!((bearer.status.as_u16(), bearer.json()), (401, body));
        assert!(bearer.header("www-authenticate").starts_with("DPoP "), "{bearer:?}");
        let proof = key.prove(&claims_with(s, &key, &url, &plain));
        let unbound = show(s, path, "DPoP", &plain, &[&proof]).await;
        assert_eq!(
            (unbound.status.as_u16(), &unbound.json()["error"]),
            (401, &json!("invalid_token"))
        );
        let schemes = unbound.headers.get_all(header::WWW_AUTHENTICATE).iter();
        let schemes: Vec<_> = schemes.map(|value| value.to_str().expect("ASCII")).collect();
        assert!(
            matches!(&*schemes, [bearer, dpop] if bearer.starts_with("Bearer ") && dpop.starts_with("DPoP ")),
            "{schemes:?}"
        );
    }
}

/// RFC 9449 §9: a guard in the server's process wants the nonce that the tenant does, and hands it out.
pub async fn a_guard_demands_a_nonce(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    let token = renew_app(s, &key).await;
    allow(s, "acme", Dpop::Allowed, true).await;
    for path in ["/me", "/offline", "/anyone"] {
        let url = format!("https://api.example.com{path}");
        let mut said = claims_with(s, &key, &url, &token);
        let asked = show(s, path, "DPoP", &token, &[&key.prove(&said)]).await;
        assert_eq!(
            (asked.status.as_u16(), &asked.json()["error"]),
            (401, &json!("use_dpop_nonce"))
        );
        assert!(asked.header("www-authenticate").contains("error=\"use_dpop_nonce\""));
        said["nonce"] = asked.header("dpop-nonce").into();
        let answer = show(s, path, "DPoP", &token, &[&key.prove(&said)]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}
