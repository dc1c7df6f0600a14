//! Clients that prove themselves by a JWT of their own (RFC 7523 §2.2): how, how often, and beside what.

use std::time::Duration;

use futures_util::future::join_all;
use grantry::{
    NewClient,
    types::{AssertionAudience, ClientAuthMethod, GrantType, JwtId, JwtIdUse},
};
use serde_json::json;

use super::admin::{admin, client_id};
use super::grant::whole;
use crate::{ALICE, Answer, JWT_BEARER, KeyHolder, PASSWORD, Stage, claims, tenant_id};

pub(super) const FAILED: &str = "client authentication failed";
pub(super) const ISSUER: &str = "https://id.example.com/oauth/acme";
const PATH: &str = "/oauth/acme/token";
pub(super) const ASK: (&str, &str) = ("grant_type", "client_credentials");

/// Registers a client of acme with these keys.
pub(super) async fn register(s: &Stage, id: &str, jwks: &str) {
    let grants = [GrantType::ClientCredentials, GrantType::Password, GrantType::RefreshToken];
    let new = NewClient::with_keys(id, jwks).grants(grants).scope("read write");
    admin(s).create_client(&tenant_id("acme"), new).await.expect("a client");
}

/// Asks for the client's own token.
pub(super) async fn show(s: &Stage, assertion: &str) -> Answer {
    s.post(PATH, &[ASK, JWT_BEARER, ("client_assertion", assertion)]).await
}

/// A new assertion of the client `robot`, for acme and good for a minute.
pub(super) fn robots(s: &Stage, key: &KeyHolder) -> String {
    key.assert(&key.claims("robot", ISSUER, now(s)))
}

pub(super) fn now(s: &Stage) -> grantry::types::Timestamp {
    grantry::ports::Clock::now(&*s.world.clock)
}

/// RFC 7523 §2.2, OpenID Connect Core §9: by each algorithm that metadata names, with the key's name or,
/// where the client has one of that kind, without.
pub async fn a_client_proves_itself_by_a_key_of_its_own(s: &Stage) {
    let keys = KeyHolder::each();
    let jwks = json!({ "keys": keys.each_ref().map(KeyHolder::jwk) }).to_string();
    register(s, "robot", &jwks).await;
    for key in &keys {
        let answer = show(s, &robots(s, key)).await;
        let said = claims(&answer.tokens().access);
        assert_eq!((&said["sub"], &said["client_id"]), (&"robot".into(), &"robot".into()));
        for typ in [None, Some("JWT"), Some("jwt"), Some("client-authentication+jwt")] {
            let mut header = json!({ "alg": key.alg });
            typ.iter().for_each(|typ| header["typ"] = (*typ).into());
            let assertion = key.sign(&header, &key.claims("robot", ISSUER, now(s)));
            show(s, &assertion).await.tokens();
        }
    }
}

/// RFC 7523 §3 item 7, CA-04 (CVE-2020-5300, CVE-2020-15222): once, also after it was used for a grant that
/// failed; another client's `jti` is another one.
pub async fn an_assertion_counts_once(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    register(s, "twin", &key.jwks()).await;
    let said = key.claims("robot", ISSUER, now(s));
    show(s, &key.assert(&said)).await.tokens();
    // Neither the same bytes nor the same id in other ones.
    let mut other = said.clone();
    other["exp"] = (now(s).as_secs() + 61).into();
    for again in [&said, &other] {
        show(s, &key.assert(again)).await.assert_error(401, "invalid_client", FAILED);
    }
    let mut twins = key.claims("twin", ISSUER, now(s));
    twins["jti"] = said["jti"].clone();
    show(s, &key.assert(&twins)).await.tokens();
    let used = robots(s, &key);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let shown = [&refresh[..], &[JWT_BEARER, ("client_assertion", &used)]].concat();
    assert_eq!(s.post(PATH, &shown).await.status, 400);
    show(s, &used).await.assert_error(401, "invalid_client", FAILED);
}

/// CA-04, P1: of 64 who show one assertion at once, one is the client.
pub async fn of_64_who_show_one_assertion_one_is_the_client(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    for _ in 0..5 {
        let assertion = robots(s, &key);
        let answers = join_all((0..64).map(|_| show(s, &assertion))).await;
        let won = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(won, 1);
        for answer in answers.iter().filter(|answer| answer.status != 200) {
            answer.assert_error(401, "invalid_client", FAILED);
        }
    }
}

/// What was refused uses nothing up: nobody but the client takes up room, or its ids.
pub async fn an_assertion_that_fails_uses_no_id_up(s: &Stage) {
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("x"));
    register(s, "robot", &key.jwks()).await;
    let good = key.claims("robot", ISSUER, now(s));
    let mut elsewhere = good.clone();
    elsewhere["aud"] = "https://id.example.com/oauth/globex".into();
    let mut late = good.clone();
    late["exp"] = (now(s).as_secs() - 61).into();
    let header = json!({ "alg": "EdDSA", "kid": "ed" });
    let bad = [key.assert(&elsewhere), key.assert(&late), thief.sign(&header, &good)];
    for assertion in bad {
        show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
    }
    let id = JwtId::of(JwtIdUse::Assertion, "robot", good["jti"].as_str().expect("an id"));
    let known = s.world.stores.jwt_ids.knows(&tenant_id("acme"), id, now(s)).await;
    assert!(!known.expect("the store answers"));
    show(s, &key.assert(&good)).await.tokens();
}

/// CA-01, RFC 6749 §2.3: an assertion beside a secret, in the header or in the form, is one too many.
pub async fn an_assertion_beside_a_secret_is_refused(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let secret = s.world.secret("acme", "backend");
    let assertion = robots(s, &key);
    let shown = [ASK, JWT_BEARER, ("client_assertion", &assertion)];
    let in_form = [&shown[..], &[("client_secret", secret)]].concat();
    let why = "client_assertion must be left out where the client authenticates in another way";
    s.post(PATH, &in_form).await.assert_error(400, "invalid_request", why);
    for client in ["backend", "robot"] {
        let answer = s.post_basic(PATH, client, secret, &shown).await;
        answer.assert_error(400, "invalid_request", why);
    }
    // Half of one is one too many as well.
    let own = [("client_id", "backend"), ("client_secret", secret)];
    for half in &shown[1..] {
        let answer = s.post_basic(PATH, "backend", secret, &[ASK, *half]).await;
        answer.assert_error(400, "invalid_request", why);
        let answer = s.post(PATH, &[&[ASK, *half], &own[..]].concat()).await;
        answer.assert_error(400, "invalid_request", why);
    }
    show(s, &assertion).await.tokens();
}

/// RFC 7521 §4.2, §4.2.1: both parameters, of the one type; a `client_id` beside them is the same.
pub async fn both_parameters_are_there_and_speak_of_one_client(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let assertion = robots(s, &key);
    let shown = ("client_assertion", &*assertion);
    let saml = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer";
    for parameters in [
        &[shown][..],
        &[JWT_BEARER],
        &[JWT_BEARER, ("client_id", "robot")],
        &[JWT_BEARER, ("client_assertion", "")],
        &[("client_assertion_type", saml), shown],
        &[("client_assertion_type", "jwt-bearer"), shown],
    ] {
        let answer = s.post(PATH, &[&[ASK], parameters].concat()).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
    let whole = |id| [ASK, JWT_BEARER, shown, ("client_id", id)];
    for other in ["app", "backend", "Robot", "direct"] {
        let why = "client_id must be left out, or be the one of the assertion";
        s.post(PATH, &whole(other)).await.assert_error(400, "invalid_request", why);
    }
    s.post(PATH, &whole("robot")).await.tokens();
    let twice = [ASK, JWT_BEARER, shown, shown];
    let why = "client_assertion is given more than once";
    s.post(PATH, &twice).await.assert_error(400, "invalid_request", why);
}

/// CA-03: a client that was registered for one method is nobody by another; neither is one that may not any
/// more, or is disabled.
pub async fn a_client_proves_itself_as_it_is_registered(s: &Stage) {
    let (key, acme) = (KeyHolder::eddsa("ed"), tenant_id("acme"));
    register(s, "robot", &key.jwks()).await;
    for client in ["backend", "app", "direct", "nobody"] {
        let assertion = key.assert(&key.claims(client, ISSUER, now(s)));
        show(s, &assertion).await.assert_error(401, "invalid_client", FAILED);
    }
    let named = [ASK, ("client_id", "robot"), ("client_secret", "x")];
    for parameters in [&named[..2], &named] {
        s.post(PATH, parameters).await.assert_error(401, "invalid_client", FAILED);
    }
    let model = s.post(PATH, &[ASK, ("client_id", "nobody")]).await;
    let robot = client_id("robot");
    admin(s).disable_client(&acme, &robot).await.expect("done");
    assert_eq!(whole(&show(s, &robots(s, &key)).await), whole(&model));
    admin(s).enable_client(&acme, &robot).await.expect("done");
    show(s, &robots(s, &key)).await.tokens();
    let narrow = |policy: &mut grantry::types::Policy| {
        policy.client_auth_methods = [ClientAuthMethod::Basic].into();
    };
    admin(s).change_tenant(&acme, narrow).await.expect("done");
    assert_eq!(whole(&show(s, &robots(s, &key)).await), whole(&model));
    let secret = s.world.secret("acme", "backend");
    let post = [ASK, ("client_id", "backend"), ("client_secret", secret)];
    assert_eq!(whole(&s.post(PATH, &post).await), whole(&model));
    s.post_basic(PATH, "backend", secret, &[ASK]).await.tokens();
}

/// JW-14, RFC 8414 §2: said of where it is allowed, together with the algorithms, and nowhere else.
pub async fn assertions_are_advertised_where_they_are_allowed(s: &Stage) {
    let acme = tenant_id("acme");
    let said = async || {
        let path = "/oauth/acme/.well-known/openid-configuration";
        let document = s.get(path, &[]).await.json();
        [
            "token_endpoint_auth_methods_supported",
            "token_endpoint_auth_signing_alg_values_supported",
        ]
        .map(|name| document[name].clone())
    };
    let allow = async |methods: &[ClientAuthMethod]| {
        let change = |policy: &mut grantry::types::Policy| {
            policy.client_auth_methods = methods.iter().copied().collect();
        };
        admin(s).change_tenant(&acme, change).await.expect("done");
    };
    allow(&[ClientAuthMethod::Basic]).await;
    assert_eq!(said().await, [json!(["client_secret_basic", "none"]), json!(null)]);
    allow(&[ClientAuthMethod::PrivateKeyJwt]).await;
    let algs = json!(["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]);
    assert_eq!(said().await, [json!(["private_key_jwt", "none"]), algs]);
}

/// CA-06: who is registered so may name the token endpoint instead of the issuer, and nothing else.
pub async fn the_token_endpoint_is_an_audience_for_who_is_registered_so(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let new = NewClient::with_keys("old", key.jwks()).grants([GrantType::ClientCredentials]);
    let new = new.assertion_audience(AssertionAudience::TokenEndpoint).scope("read");
    admin(s).create_client(&tenant_id("acme"), new).await.expect("a client");
    let endpoint = format!("{ISSUER}/token");
    let of = |client: &str, audience: &str| key.assert(&key.claims(client, audience, now(s)));
    show(s, &of("old", &endpoint)).await.tokens();
    show(s, &of("old", ISSUER)).await.tokens();
    let elsewhere = [
        ("robot", &*endpoint),
        ("old", "https://id.example.com/oauth/globex/token"),
        ("old", "https://id.example.com/oauth/acme/token/"),
        ("old", "https://id.example.com/oauth/acme/par"),
    ];
    for (client, audience) in elsewhere {
        show(s, &of(client, audience)).await.assert_error(401, "invalid_client", FAILED);
    }
    // CA-05: it may say that it is good for an hour, and is for five minutes.
    let hour = |client: &str, audience: &str| {
        let mut said = key.claims(client, audience, now(s));
        said["exp"] = (now(s).as_secs() + 3600).into();
        said
    };
    show(s, &key.assert(&hour("robot", ISSUER))).await.assert_error(401, "invalid_client", FAILED);
    let (said, later) = (hour("old", &endpoint), key.assert(&hour("old", &endpoint)));
    show(s, &key.assert(&said)).await.tokens();
    let mut timeless = hour("old", &endpoint);
    timeless.as_object_mut().expect("an object").remove("iat");
    show(s, &key.assert(&timeless)).await.assert_error(401, "invalid_client", FAILED);
    s.world.clock.advance(Duration::from_secs(359));
    show(s, &key.assert(&said)).await.assert_error(401, "invalid_client", FAILED);
    s.world.clock.advance(Duration::from_secs(1));
    show(s, &later).await.assert_error(401, "invalid_client", FAILED);
}

/// RFC 6749 §6: a grant of a client with a key is refreshed by that client alone, and each time by another
/// assertion.
pub async fn a_grant_is_refreshed_by_who_has_the_key(s: &Stage) {
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let password = robots(s, &key);
    let asked = [("grant_type", "password"), ALICE, PASSWORD, JWT_BEARER];
    let asked = [&asked[..], &[("client_assertion", &password)]].concat();
    let mut tokens = s.post(PATH, &asked).await.tokens();
    for _ in 0..3 {
        s.world.clock.advance(Duration::from_secs(60));
        let token = tokens.refresh.clone();
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*token)];
        let alone = [&refresh[..], &[("client_id", "robot")]].concat();
        s.post(PATH, &alone).await.assert_error(401, "invalid_client", FAILED);
        let fresh = robots(s, &key);
        let shown = [&refresh[..], &[JWT_BEARER, ("client_assertion", &fresh)]].concat();
        tokens = s.post(PATH, &shown).await.tokens();
        assert_ne!(tokens.refresh, token);
    }
}
