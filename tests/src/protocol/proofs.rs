//! Proofs that a client has a key, at the token endpoint (RFC 9449 §4.3, §5): what one is, and what is none.

use grantry::types::Dpop;
use serde_json::{Value, json};

use super::prover::{
    ALONE, ISSUER, TOKEN, TOKEN_URL, allow, alone, assert_bound, assert_refused, claims, fresh,
    redeem,
};
use super::visitors::code_for;
use crate::{Browser, KeyHolder, PASSWORD, Stage, form, with_proof};

const TYPE: &str = "its typ must be dpop+jwt";
const ALGORITHM: &str = "its alg must be one of dpop_signing_alg_values_supported";
const KEY: &str = "its jwk must be a public key for its alg";
const SIGNATURE: &str = "its signature is not of its jwk";
const MALFORMED: &str = "it is no JWT with the claims of a proof";

/// The key's proof under another header.
fn under(key: &KeyHolder, change: impl FnOnce(&mut Value), claims: &Value) -> String {
    let mut header = key.proof_header();
    change(&mut header);
    key.sign(&header, claims)
}

/// Without a member.
fn less(claims: &Value, member: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().expect("an object").remove(member);
    claims
}

/// With another value of a member.
fn but(claims: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims.clone();
    claims[member] = value.into();
    claims
}

/// RFC 9449 §5, §6.1: by each algorithm that metadata names; RFC 7638 names the key.
pub async fn a_proof_binds_the_access_token_to_its_key(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    for key in &KeyHolder::each() {
        assert_bound(&alone(s, &[&fresh(s, key)]).await, key);
        // What a browser's key says of itself beside is no harm.
        let said = |header: &mut Value| {
            header["jwk"]["ext"] = true.into();
            header["jwk"]["key_ops"] = json!(["verify"]);
            header["jwk"]["alg"] = key.alg.into();
            header["jwk"]["kid"] = "k".into();
        };
        assert_bound(&alone(s, &[&under(key, said, &claims(s, key))]).await, key);
    }
    let ed = KeyHolder::eddsa("edwards");
    // RFC 9864 §2.2, RFC 7515 §4.1.9
    for (name, value) in [("alg", "Ed25519"), ("typ", "DPoP+JWT"), ("typ", "application/dpop+jwt")]
    {
        let proof = under(&ed, |header| header[name] = value.into(), &claims(s, &ed));
        assert_bound(&alone(s, &[&proof]).await, &ed);
    }
    let bearer = alone(s, &[]).await;
    let token = bearer.tokens().access;
    assert_eq!(bearer.json()["token_type"], "Bearer");
    assert_eq!(crate::claims(&token)["cnf"], Value::Null);
}

/// §5: the password grant of the standard endpoint as well.
pub async fn every_grant_binds_its_tokens(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    let asked = [("grant_type", "password"), crate::ALICE, PASSWORD, ("client_id", "app")];
    let answer = s.send(with_proof(form(TOKEN, &asked), &fresh(s, &key))).await;
    let tokens = assert_bound(&answer, &key);
    assert!(s.ticket("acme", &tokens.access).await.sender_key.is_some());
    assert_bound(&super::prover::renew(s, "app", &tokens.refresh, &[&fresh(s, &key)]).await, &key);
    let refused = super::prover::renew(s, "app", &tokens.refresh, &[]).await;
    assert_eq!(refused.status, 400);
    // What a confidential client renews is bound to its secret, whichever grant it came by.
    let secret = s.world.secret("acme", "backend");
    let by = [("client_id", "backend"), ("client_secret", secret)];
    let asked = [("grant_type", "password"), crate::ALICE, PASSWORD, by[0], by[1]];
    let answer = s.send(with_proof(form(TOKEN, &asked), &fresh(s, &key))).await;
    let tokens = assert_bound(&answer, &key);
    assert_eq!(s.ticket("acme", &tokens.access).await.sender_key, None);
}

/// §4.3 item 4: an assertion, an access token or a logout token is no proof.
pub async fn a_proof_says_that_it_is_one(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    for typ in ["JWT", "at+jwt", "dpop", "jwt+dpop", "logout+jwt", "", "application/jwt"] {
        let proof = under(&key, |header| header["typ"] = typ.into(), &claims(s, &key));
        assert_refused(&alone(s, &[&proof]).await, TYPE);
    }
    let untyped = |header: &mut Value| *header = less(header, "typ");
    assert_refused(&alone(s, &[&under(&key, untyped, &claims(s, &key))]).await, TYPE);
    // CA-11, RFC 7515 §4.1.11
    let critical = |header: &mut Value| header["crit"] = json!(["exp"]);
    assert_refused(&alone(s, &[&under(&key, critical, &claims(s, &key))]).await, TYPE);
}

/// §4.3 item 5, CA-07: no signature, and none by a key that both sides have.
pub async fn a_proof_is_signed_by_an_algorithm_with_two_keys(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    for alg in ["none", "None", "HS256", "HS512", "ES384", "RS512", "", "eddsa"] {
        let proof = under(&key, |header| header["alg"] = alg.into(), &claims(s, &key));
        assert_refused(&alone(s, &[&proof]).await, ALGORITHM);
        let bare = proof.rsplit_once('.').expect("a signature").0;
        assert_refused(&alone(s, &[&format!("{bare}.")]).await, ALGORITHM);
    }
    let unsaid = |header: &mut Value| *header = less(header, "alg");
    assert_refused(&alone(s, &[&under(&key, unsaid, &claims(s, &key))]).await, MALFORMED);
}

/// §4.3 items 6 and 7, CA-15: the key is public, strong and for that algorithm.
pub async fn a_proof_holds_a_public_key(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, p256) = (KeyHolder::eddsa("ed"), KeyHolder::es256("p"));
    let with = |jwk: Value| under(&key, |header| header["jwk"] = jwk, &claims(s, &key));
    let own = key.bare_jwk();
    let mut bad: Vec<Value> = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
        .map(|private| but(&own, private, "AQAB"))
        .into();
    bad.extend([
        p256.bare_jwk(),
        less(&own, "x"),
        less(&own, "kty"),
        but(&own, "crv", "Ed448"),
        but(&own, "alg", "ES256"),
        but(&own, "use", "enc"),
        but(&own, "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        json!({}),
        json!(null),
        json!("key"),
        json!([own]),
        json!({ "kty": "oct", "k": "AQAB" }),
    ]);
    for jwk in bad {
        assert_refused(&alone(s, &[&with(jwk)]).await, KEY);
    }
    let keyless = |header: &mut Value| *header = less(header, "jwk");
    assert_refused(&alone(s, &[&under(&key, keyless, &claims(s, &key))]).await, KEY);
    // CA-08: a key elsewhere is not looked for.
    let elsewhere = |header: &mut Value| {
        *header = less(header, "jwk");
        header["jku"] = "https://evil.example/jwks".into();
        header["kid"] = "ed".into();
    };
    assert_refused(&alone(s, &[&under(&key, elsewhere, &claims(s, &key))]).await, KEY);
    let twice = format!(r#"{{"typ":"dpop+jwt","alg":"EdDSA","jwk":{own},"jwk":{own}}}"#,);
    let twice = key.sign_text(&twice, &claims(s, &key).to_string());
    assert_refused(&alone(s, &[&twice]).await, MALFORMED);
}

/// §4.3 item 7: the key that it holds signed it, all of it.
pub async fn a_proof_is_signed_by_its_own_key(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let stolen = thief.sign(&key.proof_header(), &claims(s, &key));
    assert_refused(&alone(s, &[&stolen]).await, SIGNATURE);
    let (one, other) = (fresh(s, &key), fresh(s, &key));
    let parts = |proof: &str| proof.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (parts(&one), parts(&other));
    let mixed = format!("{}.{}.{}", one[0], one[1], other[2]);
    assert_refused(&alone(s, &[&mixed]).await, SIGNATURE);
    assert_bound(&alone(s, &[&one.join(".")]).await, &key);
}

/// §4.3 items 8 and 9: for this method at this URL, however it is written.
pub async fn a_proof_is_for_this_method_and_url(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    for method in ["GET", "post", "PUT", "", "POST "] {
        let proof = key.prove(&but(&claims(s, &key), "htm", method));
        assert_refused(&alone(s, &[&proof]).await, "its htm must be the method of the request");
    }
    for url in [
        "https://id.example.com/oauth/globex/token",
        "https://id.example.com/oauth/acme/token/",
        "https://id.example.com/oauth/acme/par",
        "https://id.example.com/oauth/acme",
        "http://id.example.com/oauth/acme/token",
        "https://id.example.com:8443/oauth/acme/token",
        "https://evil.example/oauth/acme/token",
        "https://id.example.com@evil.example/oauth/acme/token",
        "https://user@id.example.com/oauth/acme/token",
        "/oauth/acme/token",
        "",
        ISSUER,
    ] {
        let proof = key.prove(&but(&claims(s, &key), "htu", url));
        assert_refused(&alone(s, &[&proof]).await, "its htu must be the URL of the request");
    }
    for url in [
        "HTTPS://ID.example.com:443/oauth/acme/token",
        "https://id.example.com/oauth/%61cme/token",
        "https://id.example.com/oauth/acme/token?x=y",
        "https://id.example.com/oauth/acme/token#x",
    ] {
        assert_bound(&alone(s, &[&key.prove(&but(&claims(s, &key), "htu", url))]).await, &key);
    }
}

/// §4.3 item 11, §11.1: 10 s between two clocks are no harm, a minute is too long.
pub async fn a_proof_is_of_now(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    // Nothing is older than the server, where it forgets what was used.
    s.world.clock.advance(std::time::Duration::from_secs(600));
    let key = KeyHolder::eddsa("ed");
    let at = |off: i64| {
        let claims = claims(s, &key);
        let now = claims["iat"].as_i64().expect("a number");
        key.prove(&but(&claims, "iat", now + off))
    };
    for off in [-59, -10, 0, 10, 59] {
        assert_bound(&alone(s, &[&at(off)]).await, &key);
    }
    for off in [-3600, -61, -60, 60, 61, 3600] {
        assert_refused(&alone(s, &[&at(off)]).await, "its iat must be now");
    }
}

/// §4.2: every claim is there, and of its type (CA-10).
pub async fn a_proof_says_all_that_it_must(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    for member in ["htm", "htu", "iat", "jti"] {
        let proof = key.prove(&less(&claims(s, &key), member));
        assert_refused(&alone(s, &[&proof]).await, MALFORMED);
        for value in [json!(null), json!([]), json!({}), json!(true), json!(-1), json!(1.5)] {
            let proof = key.prove(&but(&claims(s, &key), member, value));
            assert_refused(&alone(s, &[&proof]).await, MALFORMED);
        }
    }
    for (member, value) in [("jti", json!(7)), ("iat", json!("1800000000")), ("nonce", json!(null))]
    {
        let proof = key.prove(&but(&claims(s, &key), member, value));
        assert_refused(&alone(s, &[&proof]).await, MALFORMED);
    }
    let good = fresh(s, &key);
    for shape in
        ["", "x", "a.b", "a.b.c", &format!("{good}.x"), &format!("{good}="), &"a.".repeat(5000)]
    {
        assert_refused(&alone(s, &[shape]).await, MALFORMED);
    }
    // §4.1: a list of two in one header is no proof.
    assert_refused(&alone(s, &[&format!("{good}, {good}")]).await, MALFORMED);
    assert_bound(&alone(s, &[&good]).await, &key);
}

/// §4.3 item 1
pub async fn two_proofs_are_one_too_many(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    let (one, other) = (fresh(s, &key), fresh(s, &key));
    for both in [[&*one, &*other], [&*one, &*one], [&*one, ""]] {
        assert_refused(&alone(s, &both).await, "the header DPoP is given more than once");
    }
    for proof in [&one, &other] {
        assert_bound(&alone(s, &[proof]).await, &key);
    }
}

/// §11.1: once, for its key and endpoint; the id has room, and no more than that.
pub async fn a_proof_counts_once(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    allow(s, "globex", Dpop::Allowed, false).await;
    let (key, twin) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("twin"));
    let said = claims(s, &key);
    assert_bound(&alone(s, &[&key.prove(&said)]).await, &key);
    let replayed = "it was used before";
    // Neither the same bytes nor the same id in other ones.
    for again in [&said, &but(&said, "x", 1)] {
        assert_refused(&alone(s, &[&key.prove(again)]).await, replayed);
    }
    // Of another key, and of another tenant's endpoint, it is another id.
    assert_bound(&alone(s, &[&twin.prove(&said)]).await, &twin);
    let elsewhere = but(&said, "htu", TOKEN_URL.replace("acme", "globex"));
    let secret = s.world.secret("globex", "backend");
    let asked = [ALONE, ("client_id", "backend"), ("client_secret", secret)];
    let request = form(&TOKEN.replace("acme", "globex"), &asked);
    assert_bound(&s.send(with_proof(request, &key.prove(&elsewhere))).await, &key);
    for id in [String::new(), "x".repeat(129)] {
        let proof = key.prove(&but(&claims(s, &key), "jti", id));
        assert_refused(&alone(s, &[&proof]).await, "its jti must be 1 to 128 bytes");
    }
    assert_bound(
        &alone(s, &[&key.prove(&but(&claims(s, &key), "jti", "x".repeat(128)))]).await,
        &key,
    );
    // It is forgotten when it would be too old anyway.
    s.world.clock.advance(std::time::Duration::from_secs(60));
    assert_refused(&alone(s, &[&key.prove(&said)]).await, "its iat must be now");
}

/// A proof that is wrong changes nothing, and neither does a code or client that is wrong use a proof up.
pub async fn a_wrong_proof_changes_nothing(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, browser) = (KeyHolder::eddsa("ed"), Browser::new(s));
    let code = code_for(&browser, "alice", "spa", &[]).await;
    let stale = key.prove(&but(&claims(s, &key), "htm", "GET"));
    for _ in 0..6 {
        assert_eq!(redeem(s, "spa", &code, &[&stale]).await.status, 400);
    }
    let proof = fresh(s, &key);
    // Garbage is refused before anybody remembers anything.
    assert_eq!(redeem(s, "spa", "grt_ac_x", &[&proof]).await.status, 400);
    assert_eq!(alone(s, &["x"]).await.status, 400);
    let wrong = [ALONE, ("client_id", "backend"), ("client_secret", "wrong")];
    assert_eq!(s.send(with_proof(form(TOKEN, &wrong), &proof)).await.status, 401);
    assert_bound(&redeem(s, "spa", &code, &[&proof]).await, &key);
}
