//! Nonces of this server in proofs (RFC 9449 §8, §9), and tokens that are bound at userinfo (§7).

use std::time::Duration;

use grantry::types::Dpop;
use http::header;
use serde_json::json;

use super::grant::now;
use super::prover::{
    TOKEN, USERINFO_URL, allow, alone, assert_bound, assert_refused, claims, claims_with, fresh,
    redeem, renew, show,
};
use super::pushed_requests::PAR;
use super::visitors::code_for;
use super::walk::spa;
use crate::{Answer, Browser, KeyHolder, Stage, form, with_proof};

const WANTED: &str = "the DPoP proof has to hold the nonce of the header DPoP-Nonce";
const USERINFO: &str = "/oauth/acme/userinfo";
const ALGS: &str = "algs=\"RS256 PS256 ES256 EdDSA Ed25519\"";

/// The nonce of an answer that demands one at the token endpoint.
#[track_caller]
fn demanded(answer: &Answer) -> String {
    answer.assert_error(400, "use_dpop_nonce", WANTED);
    let nonce = answer.header("dpop-nonce").to_owned();
    assert!(nonce.len() >= 22, "128 bits: {nonce}");
    nonce
}

fn with_nonce(s: &Stage, key: &KeyHolder, nonce: &str) -> String {
    let mut claims = claims(s, key);
    claims["nonce"] = nonce.into();
    key.prove(&claims)
}

/// §8: without a nonce, or by an old one, there is one in the answer; it counts for a minute and the next.
pub async fn a_nonce_is_demanded_and_counts_for_two_minutes(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, true).await;
    let key = KeyHolder::eddsa("ed");
    let first = demanded(&alone(s, &[&fresh(s, &key)]).await);
    let minute = Duration::from_secs(60);
    let good = alone(s, &[&with_nonce(s, &key, &first)]).await;
    assert_bound(&good, &key);
    assert_eq!(good.header("dpop-nonce"), first);
    s.world.clock.advance(minute);
    // §8.2: the next one comes along, so that nobody has to be refused.
    let later = alone(s, &[&with_nonce(s, &key, &first)]).await;
    assert_bound(&later, &key);
    let second = later.header("dpop-nonce").to_owned();
    assert_ne!(second, first);
    s.world.clock.advance(minute);
    assert_ne!(demanded(&alone(s, &[&with_nonce(s, &key, &first)]).await), second);
    assert_bound(&alone(s, &[&with_nonce(s, &key, &second)]).await, &key);
    for other in ["", "x", &second.to_uppercase(), &format!("{second}A"), &format!("{second}=")] {
        demanded(&alone(s, &[&with_nonce(s, &key, other)]).await);
    }
    // What is wrong otherwise is told first, and holds no nonce.
    let mut wrong = claims(s, &key);
    wrong["htm"] = "GET".into();
    assert_refused(
        &alone(s, &[&key.prove(&wrong)]).await,
        "its htm must be the method of the request",
    );
    // Whoever shows no proof is asked for no nonce.
    let bearer = alone(s, &[]).await;
    assert_eq!((bearer.tokens(), bearer.header("dpop-nonce")), (bearer.tokens(), ""));
}

/// §8: a nonce of one tenant is nothing at another.
pub async fn a_nonce_is_of_its_tenant(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, true).await;
    allow(s, "globex", Dpop::Allowed, true).await;
    let key = KeyHolder::eddsa("ed");
    let secret = s.world.secret("globex", "backend");
    let asked = [super::prover::ALONE, ("client_id", "backend"), ("client_secret", secret)];
    let said = key.proof_claims("POST", "https://id.example.com/oauth/globex/token", now(s));
    let path = TOKEN.replace("acme", "globex");
    let foreign = demanded(&s.send(with_proof(form(&path, &asked), &key.prove(&said))).await);
    assert_ne!(demanded(&alone(s, &[&with_nonce(s, &key, &foreign)]).await), foreign);
}

/// A demanded nonce touches no grant, counts as no attempt, and uses no proof up.
pub async fn a_demanded_nonce_changes_nothing(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, true).await;
    let key = KeyHolder::eddsa("ed");
    let code = code_for(&Browser::new(s), "alice", "spa", &[]).await;
    let (mut nonce, tries) = (String::new(), 6);
    for _ in 0..tries {
        nonce = demanded(&redeem(s, "spa", &code, &[&fresh(s, &key)]).await);
    }
    let first = assert_bound(&redeem(s, "spa", &code, &[&with_nonce(s, &key, &nonce)]).await, &key);
    let row = s.ticket("acme", &first.access).await;
    demanded(&renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await);
    assert_eq!(s.ticket("acme", &first.access).await, row);
    renew(s, "spa", &first.refresh, &[&with_nonce(s, &key, &nonce)]).await.tokens();
    // PAR wants one as well.
    let pushed = key.proof_claims("POST", "https://id.example.com/oauth/acme/par", now(s));
    let push = async |claims: &serde_json::Value| {
        s.send(with_proof(form(PAR, &spa()), &key.prove(claims))).await
    };
    let mut with = pushed.clone();
    with["nonce"] = demanded(&push(&pushed).await).into();
    let answer = push(&with).await;
    assert_eq!((answer.status.as_u16(), answer.header("dpop-nonce")), (201, &*nonce));
}

/// §7.1, §7.2, IR-16: a token that is bound is shown with a proof of its key, and one that is not is not.
pub async fn userinfo_wants_the_key_of_a_bound_token(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let code = code_for(&Browser::new(s), "alice", "spa", &[("scope", "openid")]).await;
    let token = assert_bound(&redeem(s, "spa", &code, &[&fresh(s, &key)]).await, &key).access;
    let said = || claims_with(s, &key, USERINFO_URL, &token);
    for scheme in ["DPoP", "dpop", "DPOP"] {
        let answer = show(s, USERINFO, scheme, &token, &[&key.prove(&said())]).await;
        assert_eq!((answer.status.as_u16(), answer.header("dpop-nonce")), (200, ""), "{answer:?}");
    }
    let used = key.prove(&said());
    assert_eq!(show(s, USERINFO, "DPoP", &token, &[&used]).await.status, 200);
    let but = |member: &str, value: serde_json::Value| {
        let mut claims = said();
        claims[member] = value;
        key.prove(&claims)
    };
    let mut hashless = said();
    hashless.as_object_mut().expect("an object").remove("ath");
    let wrong: [(&[&str], &str); 9] = [
        (&[], "the header DPoP is required"),
        (&[&used], "it was used before"),
        (&[&key.prove(&hashless)], "its ath must be the hash of the access token"),
        (
            &[&but("ath", crate::token_hash("x").into())],
            "its ath must be the hash of the access token",
        ),
        (&[&but("htm", "POST".into())], "its htm must be the method of the request"),
        (
            &[&but("htu", "https://id.example.com/oauth/acme/token".into())],
            "its htu must be the URL of the request",
        ),
        (&[&but("iat", 1.into())], "its iat must be now"),
        (&[&thief.prove(&said())], "its key must be the one that was named"),
        (&["x"], "it is no JWT with the claims of a proof"),
    ];
    let realm = "realm=\"https://id.example.com/oauth/acme\"";
    for (proofs, why) in wrong {
        let answer = show(s, USERINFO, "DPoP", &token, proofs).await;
        let body = json!({ "error": "invalid_dpop_proof", "error_description": format!("the DPoP proof is not valid: {why}") });
        assert_eq!((answer.status.as_u16(), answer.json()), (401, body));
        let challenge = format!("DPoP {realm}, error=\"invalid_dpop_proof\", {ALGS}");
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
    let as_bearer = show(s, USERINFO, "Bearer", &token, &[&key.prove(&said())]).await;
    let in_form = s.post(USERINFO, &[("access_token", &token)]).await;
    for answer in [as_bearer, in_form] {
        assert_eq!(answer.status, 401);
        let challenge = format!("DPoP {realm}, error=\"invalid_token\", {ALGS}");
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
    let code = code_for(&Browser::new(s), "alice", "spa", &[("scope", "openid")]).await;
    let plain = redeem(s, "spa", &code, &[]).await.tokens().access;
    let proof = key.prove(&claims_with(s, &key, USERINFO_URL, &plain));
    let unbound = show(s, USERINFO, "DPoP", &plain, &[&proof]).await;
    assert_eq!(
        (unbound.status.as_u16(), unbound.json()["error"].clone()),
        (401, json!("invalid_token"))
    );
    // Both ways are named, each in a header of its own.
    let both: Vec<_> = unbound.headers.get_all(header::WWW_AUTHENTICATE).iter().collect();
    assert_eq!(
        both,
        [
            &*format!("Bearer {realm}, error=\"invalid_token\""),
            &*format!("DPoP {realm}, error=\"invalid_token\", {ALGS}"),
        ]
    );
    // A proof beside a bearer token is nobody's business.
    assert_eq!(show(s, USERINFO, "Bearer", &plain, &["x"]).await.status, 200);
}

/// §9: userinfo wants a nonce as well, and says so in its challenge.
pub async fn userinfo_demands_a_nonce(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, true).await;
    let key = KeyHolder::eddsa("ed");
    let nonce = demanded(&alone(s, &[&fresh(s, &key)]).await);
    let code = code_for(&Browser::new(s), "alice", "spa", &[("scope", "openid")]).await;
    let token = redeem(s, "spa", &code, &[&with_nonce(s, &key, &nonce)]).await.tokens().access;
    let mut said = claims_with(s, &key, USERINFO_URL, &token);
    let answer = show(s, USERINFO, "DPoP", &token, &[&key.prove(&said)]).await;
    let challenge = format!(
        "DPoP realm=\"https://id.example.com/oauth/acme\", error=\"use_dpop_nonce\", {ALGS}"
    );
    assert_eq!((answer.status.as_u16(), answer.header("www-authenticate")), (401, &*challenge));
    assert_eq!(answer.header("dpop-nonce"), nonce);
    said["nonce"] = nonce.clone().into();
    let answer = show(s, USERINFO, "DPoP", &token, &[&key.prove(&said)]).await;
    assert_eq!((answer.status.as_u16(), answer.header("dpop-nonce")), (200, &*nonce));
}

/// RFC 9449 §8.2, AZ-27: a page of the client's own reads the nonce that its next proof must hold.
pub async fn a_clients_own_pages_read_nonces(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, true).await;
    let key = KeyHolder::eddsa("ed");
    let asked = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", "spa")];
    for (origin, names) in
        [("https://app.example.com", "dpop-nonce, www-authenticate"), ("https://evil.example", "")]
    {
        let mut request = with_proof(form(TOKEN, &asked), &fresh(s, &key));
        request.headers_mut().insert("origin", origin.parse().expect("an origin"));
        let answer = s.send(request).await;
        assert_eq!(answer.header("access-control-expose-headers"), names);
        demanded(&answer);
    }
}
