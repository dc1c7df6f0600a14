//! Clients that register themselves (RFC 7591).

use grantry::{
    ports::EventKind,
    types::{GrantType, RegistrationAccess},
};
use serde_json::{Value, json};

use super::admin::{admin, client_id};
use super::assertions::{ASK, ISSUER, now};
use super::registering::{CALLBACK, Made, allow, document, made, open, register};
use super::visitors::alices;
use crate::{Browser, JWT_BEARER, KeyHolder, Stage, tenant_id};

/// RFC 7591 §2, §3.2.1: what is not said has its default, everything that is registered is told with 201, and
/// the client is one like every other.
pub async fn a_client_registers_and_signs_users_in(s: &Stage) {
    open(s, "acme").await;
    s.world.events.take();
    let answer = register(s, &document(&[("client_name", "Dynamic".into())])).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (201, "no-store"));
    assert_eq!(answer.header("content-type"), "application/json");
    let client = made(&answer);
    let told = &client.said;
    let want = json!({
        "client_id": client.id,
        "client_secret": client.secret,
        "client_secret_expires_at": 0,
        "client_id_issued_at": now(s).as_secs(),
        "registration_access_token": client.token,
        "registration_client_uri": format!("{ISSUER}/register/{}", client.id),
        "redirect_uris": [CALLBACK],
        "client_name": "Dynamic",
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": "offline_access openid read",
        "application_type": "web",
        "subject_type": "public",
    });
    assert_eq!(*told, want);
    let code = client.code(s, CALLBACK).await;
    let tokens = client.redeems(s, CALLBACK, &code).await.tokens();
    assert!(tokens.refresh.is_empty(), "it did not ask for them");
    let events = s.world.events.take();
    let own = events.iter().find(|event| event.kind == EventKind::ClientRegistered);
    assert_eq!(own.and_then(|event| event.client.clone()), Some(client_id(&client.id)));
    let row = admin(s).client(&tenant_id("acme"), &client_id(&client.id)).await.expect("a store");
    let row = row.expect("a client like every other");
    assert!(row.registered.as_ref().is_some_and(|own| own.used && own.at == row.not_before));
}

/// RFC 7591 §2, RFC 8252 §7.3, OpenID Connect Dynamic Client Registration §2: an application on its user's
/// device, as libraries register it.
pub async fn a_public_client_registers_with_a_place_on_the_device(s: &Stage) {
    open(s, "acme").await;
    let members = |uri: &str| {
        [
            ("redirect_uris", json!([uri])),
            ("token_endpoint_auth_method", "none".into()),
            (
                "grant_types",
                json!([
                    "authorization_code",
                    "refresh_token",
                    "urn:ietf:params:oauth:grant-type:device_code"
                ]),
            ),
            ("response_types", json!(["code"])),
            ("logo_uri", "".into()),
            ("tos_uri", Value::Null),
        ]
    };
    for uri in ["http://localhost:3000/callback", "http://127.0.0.1/cb", "http://[::1]/cb"] {
        let client = Made::new(s, &members(uri)).await;
        assert_eq!(client.secret, "");
        assert!(client.said.get("client_secret_expires_at").is_none(), "{client:?}");
        assert_eq!(client.said["redirect_uris"], json!([uri]));
        assert_eq!(client.said["grant_types"], json!(["authorization_code", "refresh_token"]));
    }
    let uri = "http://127.0.0.1:4711/cb";
    let client = Made::new(s, &members("http://127.0.0.1/cb")).await;
    let code = client.code(s, uri).await;
    assert!(!client.redeems(s, uri, &code).await.tokens().access.is_empty());
    let own = "com.example.app:/cb";
    let answer = register(s, &document(&members(own))).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]),
        (400, &"invalid_redirect_uri".into())
    );
    let native = [&members(own)[..], &[("application_type", "native".into())]].concat();
    let client = Made::new(s, &native).await;
    assert_eq!(client.said["application_type"], "native");
}

/// RG-14, RFC 7591 §2: what is not known counts for nothing, whatever a row calls it.
pub async fn what_is_not_known_counts_for_nothing(s: &Stage) {
    open(s, "acme").await;
    let members = [
        ("client_id", "backend".into()),
        ("id", "backend".into()),
        ("client_secret", "chosen".into()),
        ("first_party", true.into()),
        ("pkce", "optional".into()),
        ("introspects", json!(["https://api.example.com"])),
        ("audience", "https://other.example.com".into()),
        ("default_scope", "read write".into()),
        ("origins", json!(["https://evil.example"])),
        ("disabled", true.into()),
        ("not_before", 0.into()),
        ("registered", json!({ "used": true })),
        ("registration_access_token", "chosen".into()),
        ("software_statement", "x.y.z".into()),
        ("logo_uri#fr", "javascript:alert(1)".into()),
    ];
    let client = Made::new(s, &members).await;
    assert!(client.id.starts_with("dyn-") && client.secret != "chosen" && client.token != "chosen");
    let row = admin(s).client(&tenant_id("acme"), &client_id(&client.id)).await.expect("a store");
    let mut row = grantry::types::Client::clone(&row.expect("a client"));
    let browser = row.browser.take().expect("a browser");
    assert!(!browser.first_party && browser.origins.is_empty());
    assert_eq!(browser.pkce, grantry::types::Pkce::Required);
    assert!(row.introspects.is_empty() && row.audience.is_none() && row.default_scope.is_none());
    assert!(!row.disabled && !row.registered.expect("it registered").used);
}

/// RFC 7591 §3.2.1: grants and scope are at most what the policy lets such clients have.
pub async fn a_client_gets_no_more_than_such_clients_may_have(s: &Stage) {
    allow(s, "acme", |registration| {
        registration.access = RegistrationAccess::Open;
        registration.grants = [GrantType::AuthorizationCode].into();
        registration.scope = "openid read".parse().expect("a scope");
    })
    .await;
    let all = json!(["authorization_code", "refresh_token", "client_credentials", "password"]);
    let wide = [("grant_types", all), ("scope", "admin read write".into())];
    let client = Made::new(s, &wide).await;
    assert_eq!(client.said["grant_types"], json!(["authorization_code"]));
    assert_eq!(client.said["scope"], "read");
    for (name, value, word) in [
        ("grant_types", json!(["client_credentials"]), "grant_types"),
        ("grant_types", json!(["refresh_token"]), "grant_types"),
        ("grant_types", json!(["password", "implicit"]), "grant_types"),
        ("grant_types", json!([]), "grant_types"),
        ("scope", "admin".into(), "scope"),
    ] {
        let answer = register(s, &document(&[(name, value)])).await;
        let said = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &said["error"]),
            (400, &"invalid_client_metadata".into())
        );
        assert!(said["error_description"].as_str().is_some_and(|text| text.starts_with(word)));
    }
}

/// RFC 7591 §2, RFC 7523 §2.2: keys that come along, read as strictly as those that an operator registers; keys
/// that are elsewhere are not fetched.
pub async fn a_client_registers_its_keys(s: &Stage) {
    open(s, "acme").await;
    let key = KeyHolder::eddsa("dynamic");
    let by_key = |jwks: Value| {
        [
            ("token_endpoint_auth_method", "private_key_jwt".into()),
            ("grant_types", json!(["client_credentials"])),
            ("jwks", jwks),
        ]
    };
    let client = Made::new(s, &by_key(json!({ "keys": [key.jwk()] }))).await;
    assert_eq!(client.secret, "");
    assert_eq!(client.said["jwks"]["keys"][0]["x"], key.jwk()["x"]);
    let assertion = key.assert(&key.claims(&client.id, ISSUER, now(s)));
    let shown = [ASK, JWT_BEARER, ("client_assertion", &*assertion)];
    s.post("/oauth/acme/token", &shown).await.tokens();
    let mut private = key.jwk();
    private["d"] = "AAAA".into();
    for jwks in [json!({ "keys": [private] }), json!({ "keys": [] }), json!([]), Value::Null] {
        let answer = register(s, &document(&by_key(jwks))).await;
        answer_is(&answer, "invalid_client_metadata", "jwks");
    }
    let elsewhere = ("jwks_uri", "https://dynamic.example.com/jwks".into());
    let mut members = by_key(json!({ "keys": [key.jwk()] })).to_vec();
    members.push(elsewhere);
    answer_is(&register(s, &document(&members)).await, "invalid_client_metadata", "jwks");
}

/// RG-11, RG-16: a page shows a name as the text that it is, with the host that its answers go to; no logo is
/// fetched, kept or shown.
pub async fn a_page_shows_who_asks_and_where_answers_go(s: &Stage) {
    open(s, "acme").await;
    let name = "<b>Bank</b> & \"Co\" 🐇";
    let logo = "https://logo.example.net/x.png";
    let client = Made::new(s, &[("client_name", name.into()), ("logo_uri", logo.into())]).await;
    assert_eq!(client.said["client_name"], name);
    assert!(client.said.get("logo_uri").is_none(), "{client:?}");
    let browser = alices(s).await;
    let page = client.visit(&browser, CALLBACK).await.page();
    assert!(page.text.contains("dynamic.example.com") && !page.text.contains("logo.example.net"));
    assert!(!page.text.contains("<b>Bank") && page.text.contains("Bank"), "{}", page.text);
    // LG-14: a secret that anybody gets says nothing of who they are.
    let uri = "http://127.0.0.1/cb";
    let local = Made::new(s, &[("redirect_uris", json!([uri]))]).await;
    let other = Browser::new(s);
    let page = local.visit(&other, uri).await.page();
    let page = other.sign_in(&page, "alice", crate::World::PASSWORD).await.page();
    assert!(page.text.contains("We do not know who this is"), "{}", page.text);
}

/// Demands that something was refused for this member.
#[track_caller]
pub(super) fn answer_is(answer: &crate::Answer, word: &str, field: &str) {
    let said = answer.json();
    assert_eq!((answer.status.as_u16(), &said["error"]), (400, &word.into()), "{answer:?}");
    let text = said["error_description"].as_str().unwrap_or_default();
    assert!(text.starts_with(field), "{field}: {text}");
}
