//! What cases of tokens that are bound to keys share (RFC 9449).

use grantry::types::{Dpop, Policy};
use serde_json::Value;

use super::admin::admin;
use super::grant::now;
use crate::{
    Answer, KeyHolder, PKCE, Stage, form, get, redirect_uri, tenant_id, token_hash, with_proof,
};

pub(super) const ISSUER: &str = "https://id.example.com/oauth/acme";
pub(super) const TOKEN: &str = "/oauth/acme/token";
pub(super) const TOKEN_URL: &str = "https://id.example.com/oauth/acme/token";
pub(super) const USERINFO_URL: &str = "https://id.example.com/oauth/acme/userinfo";
/// What a client asks for on its own behalf.
pub(super) const ALONE: (&str, &str) = ("grant_type", "client_credentials");

/// Lets a tenant's tokens be bound.
pub(crate) async fn allow(s: &Stage, tenant: &str, dpop: Dpop, nonces: bool) {
    let change = |policy: &mut Policy| {
        policy.dpop = dpop;
        policy.dpop_nonces = nonces;
    };
    admin(s).change_tenant(&tenant_id(tenant), change).await.expect("done");
}

/// A new proof of this key for acme's token endpoint.
pub(crate) fn fresh(s: &Stage, key: &KeyHolder) -> String {
    key.prove(&claims(s, key))
}

/// What such a proof says.
pub(super) fn claims(s: &Stage, key: &KeyHolder) -> Value {
    key.proof_claims("POST", TOKEN_URL, now(s))
}

/// The client `backend` asks for a token of its own, with these proofs.
pub(super) async fn alone(s: &Stage, proofs: &[&str]) -> Answer {
    let secret = s.world.secret("acme", "backend");
    let parameters = [ALONE, ("client_id", "backend"), ("client_secret", secret)];
    let bare = form(TOKEN, &parameters);
    s.send(proofs.iter().fold(bare, |request, proof| with_proof(request, proof))).await
}

/// A client of acme redeems a code with these proofs.
pub(super) async fn redeem(s: &Stage, client: &str, code: &str, proofs: &[&str]) -> Answer {
    let mut parameters = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri(client)),
        ("client_id", client),
        ("code_verifier", PKCE.0),
    ];
    if matches!(client, "web" | "own") {
        parameters.push(("client_secret", s.world.secret("acme", client)));
    }
    let bare = form(TOKEN, &parameters);
    s.send(proofs.iter().fold(bare, |request, proof| with_proof(request, proof))).await
}

/// A client of acme refreshes with these proofs.
pub(super) async fn renew(s: &Stage, client: &str, token: &str, proofs: &[&str]) -> Answer {
    let mut parameters =
        vec![("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", client)];
    if matches!(client, "web" | "own" | "backend") {
        parameters.push(("client_secret", s.world.secret("acme", client)));
    }
    let bare = form(TOKEN, &parameters);
    s.send(proofs.iter().fold(bare, |request, proof| with_proof(request, proof))).await
}

/// GET of a path at this URL with a token, shown by this scheme with these proofs.
pub(crate) async fn show(
    s: &Stage,
    path: &str,
    scheme: &str,
    token: &str,
    proofs: &[&str],
) -> Answer {
    let mut request = get(path);
    let value = format!("{scheme} {token}").parse().expect("a header");
    request.headers_mut().insert("authorization", value);
    s.send(proofs.iter().fold(request, |request, proof| with_proof(request, proof))).await
}

/// What a proof says that comes with a token.
pub(crate) fn claims_with(s: &Stage, key: &KeyHolder, url: &str, token: &str) -> Value {
    let mut claims = key.proof_claims("GET", url, now(s));
    claims["ath"] = token_hash(token).into();
    claims
}

/// Demands that a proof was refused for this reason, and nothing else.
#[track_caller]
pub(super) fn assert_refused(answer: &Answer, why: &str) {
    let description = format!("the DPoP proof is not valid: {why}");
    answer.assert_error(400, "invalid_dpop_proof", &description);
    assert_eq!(answer.header("dpop-nonce"), "");
}

/// Demands tokens that are bound to this key.
#[track_caller]
pub(super) fn assert_bound(answer: &Answer, key: &KeyHolder) -> crate::Tokens {
    let tokens = answer.tokens();
    assert_eq!(answer.json()["token_type"], "DPoP");
    let confirmed = &crate::claims(&tokens.access)["cnf"];
    assert_eq!(*confirmed, serde_json::json!({ "jkt": key.thumbprint() }));
    tokens
}

/// An access token of Alice's through the client `app`, bound to this key.
pub(crate) async fn renew_app(s: &Stage, key: &KeyHolder) -> String {
    let asked = [
        ("grant_type", "password"),
        crate::ALICE,
        crate::PASSWORD,
        ("client_id", "app"),
        ("scope", "read"),
    ];
    let answer = s.send(with_proof(form(TOKEN, &asked), &fresh(s, key))).await;
    assert_bound(&answer, key).access
}
