//! Clients that register themselves (RFC 7591).

use std::time::Duration;

use futures_util::future::join_all;
use grantry::{
    InitialAccess,
    ports::EventKind,
    types::{GrantType, RegistrationAccess},
};
use http::Method;
use serde_json::{Value, json};

use super::admin::{admin, assert_no, client_id};
use super::assertions::{ASK, ISSUER, now};
use super::registering::{
    CALLBACK, Made, REGISTER, allow, asked, document, made, open, register, registered,
};
use super::visitors::alices;
use crate::{Browser, JWT_BEARER, KeyHolder, Landing, Stage, form, tenant_id};

/// RG-01: where the policy does not let clients register there is nothing to ask, and where it does without
/// saying more, an initial access token is needed.
pub async fn nobody_registers_where_the_policy_does_not_say_so(s: &Stage) {
    let body = document(&[]);
    let answer = register(s, &body).await;
    answer.assert_error(404, "invalid_request", "this endpoint is not available here");
    let place = format!("{REGISTER}/dyn-x");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = s.send(asked(method, &place, Some("grt_ra_x"), "{}")).await;
        answer.assert_error(404, "invalid_request", "this endpoint is not available here");
    }
    let minted = admin(s)
        .mint_initial_access(&tenant_id("acme"), InitialAccess::once(Duration::from_secs(60)))
        .await;
    let off = "policy.registration is off: no client may register itself with this tenant";
    assert_no(minted, off);
    allow(s, "acme", |_| {}).await;
    for token in [None, Some("grt_ia_x"), Some("grt_i1_x"), Some(s.world.secret("acme", "backend"))]
    {
        let answer = s.send(asked(Method::POST, REGISTER, token, &body.to_string())).await;
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(answer.header("www-authenticate").starts_with("Bearer realm=\""), "{answer:?}");
        let said = answer.json()["error"] == "invalid_token";
        assert_eq!(said, token.is_some(), "{answer:?}");
    }
    admin(s).disable_tenant(&tenant_id("acme")).await.expect("done");
    let answer = register(s, &body).await;
    answer.assert_error(400, "unauthorized_client", "the tenant is disabled");
    assert_eq!(registered(s).await, [""; 0]);
}

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

/// RFC 7591 §3: an initial access token is good for one client or for many, for a while, at its own tenant.
pub async fn an_initial_access_token_is_good_for_what_it_says(s: &Stage) {
    for tenant in ["acme", "steady"] {
        allow(s, tenant, |_| {}).await;
    }
    let hour = Duration::from_secs(3600);
    let mint = async |access| {
        let minted = admin(s).mint_initial_access(&tenant_id("acme"), access).await;
        minted.expect("a token").expose().to_owned()
    };
    let (once, often) =
        (mint(InitialAccess::once(hour)).await, mint(InitialAccess::often(hour)).await);
    let at = async |path: &str, token: &str, body: &Value| {
        let answer = s.send(asked(Method::POST, path, Some(token), &body.to_string())).await;
        answer.status.as_u16()
    };
    let (good, bad) = (document(&[]), document(&[("client_name", "a\nb".into())]));
    for token in [&once, &often] {
        assert_eq!(at("/oauth/steady/register", token, &good).await, 401);
        // What was refused has not used it up.
        assert_eq!(at(REGISTER, token, &bad).await, 400);
        let other = token.replace("grt_i1_", "grt_ia_").replace("grt_ia_x", "");
        assert!(other == *token || at(REGISTER, &other, &good).await == 401);
    }
    let all = join_all((0..8).map(|_| at(REGISTER, &once, &good))).await;
    assert_eq!(all.iter().filter(|status| **status == 201).count(), 1, "{all:?}");
    assert!(all.iter().all(|status| matches!(status, 201 | 401)), "{all:?}");
    assert_eq!(at(REGISTER, &once, &good).await, 401);
    for _ in 0..3 {
        assert_eq!(at(REGISTER, &often, &good).await, 201);
    }
    let late = mint(InitialAccess::once(hour)).await;
    s.world.clock.advance(hour);
    for token in [&often, &late] {
        assert_eq!(at(REGISTER, token, &good).await, 401);
    }
    assert_eq!(registered(s).await.len(), 4);
    for lifetime in [Duration::ZERO, Duration::from_secs(366 * 24 * 3600)] {
        let minted =
            admin(s).mint_initial_access(&tenant_id("acme"), InitialAccess::often(lifetime)).await;
        let why = "policy.registration is by initial access tokens that are good for 1 s to a year";
        assert_no(minted, why);
    }
}

/// RG-02: as many as the tenant has room for, also of many at once; whom nobody uses is forgotten in time, and
/// who is in use stays.
pub async fn no_more_register_than_the_tenant_has_room_for(s: &Stage) {
    allow(s, "acme", |registration| {
        registration.access = RegistrationAccess::Open;
        registration.limit = 3;
        registration.unused_lifetime = Duration::from_secs(3600);
    })
    .await;
    let used = Made::new(s, &[("grant_types", json!(["client_credentials"]))]).await;
    let own = [("grant_type", "client_credentials")];
    s.send(used.dress(form("/oauth/acme/token", &own))).await.tokens();
    let body = document(&[]);
    let all = join_all((0..8).map(|_| register(s, &body))).await;
    let good = all.iter().filter(|answer| answer.status == 201).count();
    assert!((0..=2).contains(&good), "{good}");
    while registered(s).await.len() < 3 {
        Made::new(s, &[]).await;
    }
    let full = register(s, &body).await;
    full.assert_error(503, "temporarily_unavailable", "no more clients can be registered now");
    assert_eq!(full.header("retry-after"), "3600");
    s.world.clock.advance(Duration::from_secs(3600));
    let new = Made::new(s, &[]).await;
    let mut left = [used.id.clone(), new.id];
    left.sort_unstable();
    assert_eq!(registered(s).await, left);
    s.send(used.dress(form("/oauth/acme/token", &own))).await.tokens();
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

/// MCP 2025-11-25, "Step-Up Authorization Flow": a client names the scope of its first call when it registers. What
/// it may ask for later is no more than that, unless the tenant lets such clients step up.
pub async fn a_client_steps_up_where_the_tenant_lets_it(s: &Stage) {
    for (step_up, scope) in [(false, "openid"), (true, "offline_access openid read")] {
        allow(s, "acme", |registration| {
            registration.access = RegistrationAccess::Open;
            registration.step_up = step_up;
        })
        .await;
        let named =
            [("scope", "openid admin".into()), ("token_endpoint_auth_method", "none".into())];
        let client = Made::new(s, &named).await;
        assert_eq!(client.said["scope"], scope);
        let landing = client.visit(&Browser::new(s), CALLBACK).await;
        match landing {
            Landing::Page(page) => assert!(step_up && page.offers("sign-in"), "{}", page.text),
            away => assert!(!step_up && away.parameters()["error"] == "invalid_scope"),
        }
    }
}
