//! What clients keep in documents of their own: their keys (RFC 7591 §2, `jwks_uri`), and which redirect URIs are one
//! client's (OpenID Connect Dynamic Client Registration §5, `sector_identifier_uri`).

use std::{sync::Arc, time::Duration};

use grantry::{
    NewClient,
    types::{GrantType, Policy, RegistrationAccess, RegistrationPolicy},
};
use http::Method;
use serde_json::{Value, json};

use super::admin::{admin, assert_no, client_id};
use super::assertions::{ASK, FAILED, ISSUER, now};
use super::client_documents::{self, URL, Web};
use super::registering::{CALLBACK, Made, allow, document, made, open, register, registered};
use super::registration::answer_is;
use super::visitors::said;
use crate::{Answer, Browser, JWT_BEARER, KeyHolder, Stage, form, tenant_id};

const KEYS: &str = "https://dynamic.example.com/jwks.json";
const LIST: &str = "https://sector.example.com/redirect_uris.json";
const OTHER: &str = "https://other.example.net/cb";

/// A server with a way out, at whose tenant acme anybody may register.
async fn settle(s: &Stage) -> (Stage, Arc<Web>) {
    client_documents::outside(s, |builder| builder).await
}

fn by_key(url: &str) -> [(&'static str, Value); 3] {
    [
        ("token_endpoint_auth_method", "private_key_jwt".into()),
        ("grant_types", json!(["client_credentials"])),
        ("jwks_uri", url.into()),
    ]
}

/// A client proves itself by a new assertion.
async fn proves(s: &Stage, id: &str, key: &KeyHolder) -> Answer {
    let assertion = key.assert(&key.claims(id, ISSUER, now(s)));
    s.post("/oauth/acme/token", &[ASK, JWT_BEARER, ("client_assertion", &assertion)]).await
}

/// `oidcc-registration-jwks-uri`: a client proves itself by the keys at the place that it named, and by no others;
/// each assertion counts once all the same.
pub async fn a_client_may_keep_its_keys_elsewhere(s: &Stage) {
    let (s, web) = &settle(s).await;
    let (key, thief) = (KeyHolder::es256("p"), KeyHolder::es256("q"));
    // RFC 7517 §5: beside others that are of no use here.
    let others = json!([{ "kty": "EC", "crv": "P-384", "kid": "p" }, { "kty": "oct", "k": "AQAB" }, key.jwk()]);
    web.shows(KEYS, json!({ "keys": others }));
    let client = Made::new(s, &by_key(KEYS)).await;
    assert_eq!((&client.said["jwks_uri"], client.said.get("jwks")), (&json!(KEYS), None));
    assert_eq!(web.asked(), [""; 0], "not before it proves itself");
    let assertion = key.assert(&key.claims(&client.id, ISSUER, now(s)));
    let shown = [ASK, JWT_BEARER, ("client_assertion", &*assertion)];
    s.post("/oauth/acme/token", &shown).await.tokens();
    s.post("/oauth/acme/token", &shown).await.assert_error(401, "invalid_client", FAILED);
    proves(s, &client.id, &key).await.tokens();
    assert_eq!(web.asked(), [KEYS], "once for all");
    for other in [&thief, &KeyHolder::eddsa("p")] {
        proves(s, &client.id, other).await.assert_error(401, "invalid_client", FAILED);
    }
    // It says anew where they are, or what they are.
    let mut own = client.own();
    own.as_object_mut().expect("an object").remove("jwks_uri");
    own["jwks"] = json!({ "keys": [thief.jwk()] });
    let answer = client.asks(s, Method::PUT, &own.to_string()).await;
    assert_eq!(made(&answer).said.get("jwks_uri"), None);
    proves(s, &client.id, &thief).await.tokens();
    proves(s, &client.id, &key).await.assert_error(401, "invalid_client", FAILED);
}

/// A place where there are no keys proves nothing, and one that does not answer does not say that they are wrong.
pub async fn keys_that_are_not_there_prove_nothing(s: &Stage) {
    let (s, web) = &settle(s).await;
    let key = KeyHolder::eddsa("ed");
    let mut private = key.jwk();
    private["d"] = "AAAA".into();
    for (at, there) in [
        ("nothing", None),
        ("text", Some(json!("keys"))),
        ("none", Some(json!({ "keys": [] }))),
        ("private", Some(json!({ "keys": [private] }))),
    ] {
        let url = format!("https://dynamic.example.com/{at}");
        there.into_iter().for_each(|there| web.shows(&url, there));
        let client = Made::new(s, &by_key(&url)).await;
        proves(s, &client.id, &key).await.assert_error(401, "invalid_client", FAILED);
    }
    web.shows(KEYS, Value::Null);
    let client = Made::new(s, &by_key(KEYS)).await;
    let answer = proves(s, &client.id, &key).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
    for url in ["http://dynamic.example.com/jwks", "https://dynamic.example.com/jwks#a", "jwks"] {
        let answer = register(s, &document(&by_key(url))).await;
        answer_is(&answer, "invalid_client_metadata", "jwks_uri");
    }
}

/// RG-11: a server without a way out says so at once, and reaches nobody for a client that an operator registered.
pub async fn without_a_way_out_no_key_is_elsewhere(s: &Stage) {
    open(s, "acme").await;
    let answer = register(s, &document(&by_key(KEYS))).await;
    answer.assert_error(400, "invalid_client_metadata", "jwks_uri is not read here: send jwks");
    assert_eq!(registered(s).await, [""; 0]);
    let (acme, key) = (tenant_id("acme"), KeyHolder::eddsa("ed"));
    let new = || {
        let keyless = NewClient::with_keys("robot", key.jwks());
        keyless.grants([GrantType::ClientCredentials]).scope("read").jwks_uri(KEYS)
    };
    let why = "client.jwks and jwks_uri are not there together";
    assert_no(admin(s).create_client(&acme, new()).await, why);
    let alone = NewClient::confidential("robot")
        .auth_methods([grantry::types::ClientAuthMethod::PrivateKeyJwt])
        .grants([GrantType::ClientCredentials])
        .scope("read")
        .jwks_uri(KEYS);
    admin(s).create_client(&acme, alone).await.expect("a client");
    proves(s, "robot", &key).await.assert_error(401, "invalid_client", FAILED);
    // Another server on the same rows has one.
    let (s, web) = &settle(s).await;
    web.shows(KEYS, json!({ "keys": [key.jwk()] }));
    proves(s, "robot", &key).await.tokens();
    admin(s).disable_client(&acme, &client_id("robot")).await.expect("done");
    proves(s, "robot", &key).await.assert_error(401, "invalid_client", FAILED);
}

/// What a client registers that learns names of its own, with redirect URIs on two hosts.
fn pairwise(list: Option<&str>) -> Value {
    let mut said = document(&[("subject_type", "pairwise".into())]);
    said["redirect_uris"] = json!([CALLBACK, OTHER]);
    said["token_endpoint_auth_method"] = "none".into();
    if let Some(list) = list {
        said["sector_identifier_uri"] = list.into();
    }
    said
}

/// How a client knows Alice.
async fn known_as(s: &Stage, client: &Made, uri: &str) -> String {
    let code = client.code(s, uri).await;
    let answer = client.redeems(s, uri, &code).await;
    said(&answer)["sub"].as_str().expect("a name").to_owned()
}

/// `oidcc-registration-sector-uri` (OpenID Connect Core §8.1): clients of one sector know a user by one name, also
/// where their answers go to several hosts, and no other client does.
pub async fn a_client_of_several_hosts_lists_its_redirect_uris(s: &Stage) {
    let (s, web) = &settle(s).await;
    web.shows(LIST, json!([OTHER, "https://third.example.org/cb", CALLBACK]));
    let client = made(&register(s, &pairwise(Some(LIST))).await);
    let shown = (&client.said["sector_identifier_uri"], &client.said["subject_type"]);
    assert_eq!(shown, (&json!(LIST), &json!("pairwise")));
    let alice = known_as(s, &client, CALLBACK).await;
    assert_eq!(known_as(s, &client, OTHER).await, alice);
    let twin = made(&register(s, &pairwise(Some(LIST))).await);
    assert_eq!(known_as(s, &twin, OTHER).await, alice);
    assert!(!alice.contains("alice"), "{alice}");
    let alone = Made::new(s, &[("subject_type", "pairwise".into())]).await;
    let other = known_as(s, &alone, CALLBACK).await;
    assert!(other != alice && !other.contains("alice"), "{other}");
    let public = Made::new(s, &[]).await;
    assert_eq!(known_as(s, &public, CALLBACK).await, "user-alice");
    // It is what it says anew.
    let answer = client.asks(s, Method::PUT, &client.own().to_string()).await;
    assert_eq!(made(&answer).said["sector_identifier_uri"], LIST);
    assert_eq!(known_as(s, &client, CALLBACK).await, alice);
    // One that is known by a document has no row that would say since when, so it has no names of its own.
    let mut own = client_documents::document(URL);
    own["redirect_uris"] = json!(["https://client.example.com/cb"]);
    own["subject_type"] = "pairwise".into();
    web.shows(URL, own);
    let asked = client_documents::asks(URL, "https://client.example.com/cb");
    let page = Browser::new(s).authorize("acme", &asked).await.page();
    assert!(!page.offers("sign-in"), "{}", page.text);
}

/// OpenID Connect Core §8.1: nobody looks whose host it is that a client names, so names of users there are told to
/// nobody but whoever is answered there.
pub async fn a_host_of_somebody_else_tells_no_names(s: &Stage) {
    let (s, web) = &settle(s).await;
    let offers = |policy: &mut Policy| policy.grants.extend([GrantType::DeviceCode]);
    admin(s).change_tenant(&tenant_id("acme"), offers).await.expect("done");
    let devices = |registration: &mut RegistrationPolicy| {
        registration.access = RegistrationAccess::Open;
        registration.grants.insert(GrantType::DeviceCode);
    };
    allow(s, "acme", devices).await;
    let own =
        "subject_type is pairwise with https redirect_uris alone, and without the grant of devices";
    let device = json!([GrantType::DeviceCode.as_str(), "authorization_code"]);
    for (name, value) in
        [("redirect_uris", json!(["http://127.0.0.1/cb"])), ("grant_types", device)]
    {
        let mut said = document(&[("subject_type", "pairwise".into())]);
        said[name] = value;
        register(s, &said).await.assert_error(400, "invalid_client_metadata", own);
    }
    // A list that somebody else keeps, of places that are somebody else's, says nothing of who registers.
    let listed = json!([CALLBACK, OTHER, "http://127.0.0.1/cb"]);
    web.shows(LIST, listed.clone());
    web.shows(KEYS, json!({ "keys": [] }));
    let mut stranger = pairwise(Some(LIST));
    stranger["grant_types"] = json!(["authorization_code", GrantType::DeviceCode.as_str()]);
    register(s, &stranger).await.assert_error(400, "invalid_client_metadata", own);
    stranger = pairwise(Some(LIST));
    stranger["redirect_uris"] = listed;
    register(s, &stranger).await.assert_error(400, "invalid_client_metadata", own);
    // Nor is anything a list, where there is nothing to look for in it.
    for (list, status) in [(KEYS, 400), (LIST, 201)] {
        let mut alone = pairwise(Some(list));
        alone["redirect_uris"] = json!([]);
        alone["grant_types"] = json!(["client_credentials"]);
        alone["token_endpoint_auth_method"] = "client_secret_basic".into();
        assert_eq!(register(s, &alone).await.status, status, "{list}");
    }
    // Nor to a client that was answered elsewhere before.
    let client = Made::new(
        s,
        &[
            ("subject_type", "pairwise".into()),
            ("grant_types", json!(["authorization_code", "refresh_token"])),
        ],
    )
    .await;
    let code = client.code(s, CALLBACK).await;
    let tokens = client.redeems(s, CALLBACK, &code).await.tokens();
    let refreshes = async |token: &str| {
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token)];
        s.send(client.dress(form("/oauth/acme/token", &parameters))).await
    };
    let mut said = client.own();
    let answer = client.asks(s, Method::PUT, &said.to_string()).await;
    assert_eq!(answer.status, 200);
    let tokens = refreshes(&tokens.refresh).await.tokens();
    said["redirect_uris"] = json!([OTHER]);
    let answer = client.asks(s, Method::PUT, &said.to_string()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    s.world.clock.advance(Duration::from_secs(1));
    assert_eq!(refreshes(&tokens.refresh).await.status, 400);
    let told = s.get_as("/oauth/acme/userinfo", &tokens.access).await;
    assert_eq!(told.status, 401, "{told:?}");
}

/// `oidcc-registration-sector-bad` (OpenID Connect Dynamic Client Registration §5): "the values … MUST be included
/// in the elements of the array, or registration MUST fail".
pub async fn a_redirect_uri_that_is_not_listed_is_refused(s: &Stage) {
    open(s, "acme").await;
    let hosts = "subject_type is pairwise where all redirect_uris have one host, or with a \
                 sector_identifier_uri";
    // Where nothing is fetched no list counts.
    register(s, &pairwise(None)).await.assert_error(400, "invalid_client_metadata", hosts);
    let unread = "sector_identifier_uri is not read here: leave it out, and register redirect_uris of one host";
    register(s, &pairwise(Some(LIST))).await.assert_error(400, "invalid_client_metadata", unread);
    let mut ignored = pairwise(Some(LIST));
    ignored["subject_type"] = "public".into();
    let client = made(&register(s, &ignored).await);
    assert_eq!(client.said.get("sector_identifier_uri"), None);
    admin(s).delete_client(&tenant_id("acme"), &client_id(&client.id)).await.expect("done");
    let (s, web) = &settle(s).await;
    register(s, &pairwise(None)).await.assert_error(400, "invalid_client_metadata", hosts);
    let wrong = "sector_identifier_uri leads to a JSON list of all redirect_uris";
    for (at, there) in [
        ("nothing", None),
        ("one", Some(json!([CALLBACK]))),
        ("like", Some(json!([CALLBACK, format!("{OTHER}/")]))),
        ("object", Some(json!({ "redirect_uris": [CALLBACK, OTHER] }))),
        ("numbers", Some(json!([CALLBACK, OTHER, 1]))),
    ] {
        let url = format!("https://sector.example.com/{at}");
        there.into_iter().for_each(|there| web.shows(&url, there));
        let mut said = pairwise(Some(&url));
        register(s, &said).await.assert_error(400, "invalid_client_metadata", wrong);
        said["subject_type"] = "public".into();
        register(s, &said).await.assert_error(400, "invalid_client_metadata", wrong);
    }
    web.shows(LIST, Value::Null);
    assert_eq!(register(s, &pairwise(Some(LIST))).await.status, 503);
    assert_eq!(registered(s).await, [""; 0]);
    // Nor does one come to be by a change.
    let good = "https://sector.example.com/good";
    web.shows(good, json!([CALLBACK, OTHER]));
    let client = made(&register(s, &pairwise(Some(good))).await);
    let mut own = client.own();
    own["redirect_uris"] = json!([CALLBACK, OTHER, "https://third.example.org/cb"]);
    let answer = client.asks(s, Method::PUT, &own.to_string()).await;
    answer.assert_error(400, "invalid_client_metadata", wrong);
    // A client that is known by a document has no second one.
    let url = "https://client.example.com/two.json";
    let mut own = pairwise(Some(good));
    own["client_id"] = url.into();
    web.shows(url, own);
    let landing = Browser::new(s).authorize("acme", &client_documents::asks(url, OTHER)).await;
    let page = landing.page();
    assert!(!page.offers("sign-in"), "{}", page.text);
}
