//! Authorization server metadata (RFC 8414) and the public keys (RFC 7517).

use std::{collections::BTreeSet, sync::Arc};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use grantry::types::{Policy, Resource};
use http::{HeaderValue, Request};
use serde_json::{Value, json};

use super::{
    assertions::{register, robots},
    grant::whole,
};
use crate::{ALICE, Answer, JWT_BEARER, KeyHolder, PASSWORD, Stage, World, get, tenant_id};

/// Every spelling that clients try.
const SPELLINGS: [&str; 4] = [
    "/.well-known/oauth-authorization-server/oauth/TENANT",
    "/.well-known/openid-configuration/oauth/TENANT",
    "/oauth/TENANT/.well-known/openid-configuration",
    "/oauth/TENANT/.well-known/oauth-authorization-server",
];
const DOCUMENTS: [&str; 2] =
    ["/oauth/acme/.well-known/openid-configuration", "/oauth/acme/jwks.json"];
/// The scope tokens of OpenID Connect, in order.
const OPENID: [&str; 6] = ["address", "email", "offline_access", "openid", "phone", "profile"];

async fn get_with(s: &Stage, path: &str, headers: &[(&'static str, &str)]) -> Answer {
    let mut request = get(path);
    for (name, value) in headers {
        let value = HeaderValue::try_from(*value).expect("a header");
        request.headers_mut().append(*name, value);
    }
    s.send(request).await
}

pub(super) async fn metadata(s: &Stage, tenant: &str) -> Value {
    s.get(&SPELLINGS[0].replace("TENANT", tenant), &[]).await.json()
}

pub(super) async fn keys(s: &Stage, tenant: &str) -> Vec<Value> {
    let set = s.get(&format!("/oauth/{tenant}/jwks.json"), &[]).await.json();
    assert_eq!(set.as_object().expect("an object").len(), 1);
    set["keys"].as_array().expect("keys").clone()
}

/// RFC 8414 §2, §3.2: the whole document of a tenant.
pub async fn the_document_says_what_there_is(s: &Stage) {
    let answer = s.get(&SPELLINGS[0].replace("TENANT", "acme"), &[]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    let whole: Value = serde_json::from_str(include_str!("metadata_acme.json")).expect("JSON");
    assert_eq!(answer.json(), whole);
}

/// RFC 8414 §2: where no user signs in in the browser, nothing is said of what belongs to it, but for the
/// one member that is required.
pub async fn without_codes_the_document_says_nothing_of_browsers(s: &Stage) {
    let whole = json!({
        "issuer": "https://id.example.com/oauth/narrow",
        "token_endpoint": "https://id.example.com/oauth/narrow/token",
        "jwks_uri": "https://id.example.com/oauth/narrow/jwks.json",
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
        "revocation_endpoint": "https://id.example.com/oauth/narrow/revoke",
        "revocation_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "revocation_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
        "introspection_endpoint": "https://id.example.com/oauth/narrow/introspect",
        "introspection_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "introspection_endpoint_auth_signing_alg_values_supported":
            ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"],
        "protected_resources": ["https://api.example.com/mcp/narrow"],
    });
    assert_eq!(metadata(s, "narrow").await, whole);
}

/// RFC 8414 §3.1, OpenID Connect Discovery §4.1: the same bytes at every spelling.
pub async fn all_four_spellings_are_one_document(s: &Stage) {
    for tenant in ["acme", "globex", "narrow"] {
        let paths = SPELLINGS.map(|path| path.replace("TENANT", tenant));
        let first = whole(&s.get(&paths[0], &[]).await);
        assert_eq!(first.0, 200);
        for path in &paths[1..] {
            assert_eq!(whole(&s.get(path, &[]).await), first, "{path}");
        }
    }
}

/// RFC 9110 §13.1.2: whoever has the document already gets no second copy.
pub async fn a_document_that_did_not_change_is_304(s: &Stage) {
    for path in DOCUMENTS {
        let full = s.get(path, &[]).await;
        let tag = full.header("etag").to_owned();
        assert!(tag.len() > 8 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".into()] {
            let answer = get_with(s, path, &[("if-none-match", &known)]).await;
            assert_eq!((answer.status.as_u16(), &answer.body[..]), (304, &b""[..]), "{known}");
            assert_eq!(answer.header("etag"), tag);
            assert_eq!(answer.header("cache-control"), "public, max-age=300");
        }
        for other in ["\"x\"", "W/\"x\"", tag.trim_matches('"')] {
            let answer = get_with(s, path, &[("if-none-match", other)]).await;
            assert_eq!(whole(&answer), whole(&full), "{other}");
        }
    }
    let tag = |answer: &Answer| answer.header("etag").to_owned();
    let (metadata, keys) = (s.get(DOCUMENTS[0], &[]).await, s.get(DOCUMENTS[1], &[]).await);
    assert_ne!(tag(&metadata), tag(&keys));
}

/// RFC 9110 §9.3.2: HEAD says the same of the document without it; nothing else is answered.
pub async fn documents_are_for_reading(s: &Stage) {
    for path in DOCUMENTS {
        let full = s.get(path, &[]).await;
        let head = s.send(Request::head(path).body(Bytes::new()).expect("a request")).await;
        assert_eq!(head.status, 200);
        for name in ["content-type", "etag", "cache-control", "x-content-type-options"] {
            assert_eq!(head.header(name), full.header(name));
        }
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let request = Request::builder().method(method).uri(path).body(Bytes::new());
            let answer = s.send(request.expect("a request")).await;
            let why = "this endpoint answers GET, HEAD only";
            answer.assert_error(405, "invalid_request", why);
            assert_eq!(answer.header("allow"), "GET, HEAD");
        }
    }
}

/// JW-13: no header of a request changes a byte of what is public, nor of a challenge.
pub async fn poisoned_headers_change_nothing(s: &Stage) {
    let poison = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "81"),
        ("x-forwarded-prefix", "/evil"),
        ("x-forwarded-for", "192.0.2.1"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "/evil"),
        ("x-rewrite-url", "/evil"),
        ("x-http-method-override", "POST"),
        ("origin", "https://evil.example"),
    ];
    let paths = SPELLINGS.map(|path| path.replace("TENANT", "acme"));
    for path in paths.iter().map(String::as_str).chain(DOCUMENTS) {
        let clean = s.get(path, &[]).await;
        let poisoned = get_with(s, path, &poison).await;
        assert_eq!(whole(&poisoned), whole(&clean), "{path}");
        assert!(!String::from_utf8_lossy(&poisoned.body).contains("evil"));
    }
    let mut request = crate::form("/oauth/acme/token", &[("grant_type", "client_credentials")]);
    for (name, value) in poison {
        request.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let challenge = s.send(request).await.header("www-authenticate").to_owned();
    assert_eq!(challenge, "Basic realm=\"https://id.example.com/oauth/acme\"");
}

/// JW-14: every grant that is advertised is accepted, and no other is.
pub async fn what_is_advertised_is_what_is_accepted(s: &Stage) {
    for (tenant, offered) in [
        ("acme", &["authorization_code", "client_credentials", "password", "refresh_token"][..]),
        ("narrow", &["client_credentials"]),
        ("codes-only", &["authorization_code"]),
    ] {
        assert_eq!(metadata(s, tenant).await["grant_types_supported"], json!(offered), "{tenant}");
        for grant in ["client_credentials", "password", "refresh_token", "authorization_code"] {
            let secret = s.world.secret(tenant, "backend");
            let client = [("client_id", "backend"), ("client_secret", secret)];
            let token = [("refresh_token", "x"), ("code", "x")];
            let grant_type = [("grant_type", grant), ALICE, PASSWORD];
            let parameters = [&grant_type[..], &client, &token].concat();
            let answer = s.post(&format!("/oauth/{tenant}/token"), &parameters).await;
            let unsupported = answer.json()["error"] == "unsupported_grant_type";
            assert_eq!(unsupported, !offered.contains(&grant), "{tenant} {grant}");
        }
    }
}

/// JW-14: every way to authenticate that is advertised is accepted.
pub async fn every_advertised_authentication_method_is_accepted(s: &Stage) {
    let advertised = metadata(s, "acme").await["token_endpoint_auth_methods_supported"].clone();
    let all = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
    assert_eq!(advertised, json!(all));
    let (path, secret) = ("/oauth/acme/token", s.world.secret("acme", "backend"));
    let ask = [("grant_type", "password"), ALICE, PASSWORD];
    let post = [("client_id", "backend"), ("client_secret", secret)];
    let basic = s.post_basic(path, "backend", secret, &ask).await;
    let post = s.post(path, &[&ask[..], &post].concat()).await;
    let none = s.post(path, &[&ask[..], &[("client_id", "app")]].concat()).await;
    let key = KeyHolder::eddsa("ed");
    register(s, "robot", &key.jwks()).await;
    let shown = [JWT_BEARER, ("client_assertion", &*robots(s, &key))];
    let keyed = s.post(path, &[&ask[..], &shown].concat()).await;
    let answers = [basic.status, post.status, keyed.status, none.status];
    assert_eq!(answers.map(|status| status.as_u16()), [200; 4]);
}

/// JW-05, RFC 7517 §4, RFC 7518 §6.2.1, RFC 8037 §2: the public members of each key, no more; its
/// id is its thumbprint (RFC 7638).
pub async fn keys_show_their_public_members_alone(s: &Stage) {
    let mut kinds = Vec::new();
    for key in keys(s, "acme").await {
        let text = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let (x, kid, kty) = (text("x"), text("kid"), text("kty"));
        let (whole, canonical) = match kty.as_str() {
            "EC" => {
                let y = text("y");
                (
                    json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256",
                            "use": "sig", "kid": kid }),
                    format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#),
                )
            }
            // RFC 7518 §6.3.1.
            "RSA" => {
                let (n, e) = (text("n"), text("e"));
                assert_eq!(URL_SAFE_NO_PAD.decode(&n).expect("base64url").len(), 256);
                (
                    json!({ "kty": "RSA", "n": n, "e": e, "alg": "RS256", "use": "sig", "kid": kid }),
                    format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
                )
            }
            _ => (
                json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA", "use": "sig",
                        "kid": kid }),
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            ),
        };
        assert_eq!(key, whole);
        assert_eq!(kid, URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes())));
        let length = if kty == "RSA" { 0 } else { 32 };
        assert_eq!(URL_SAFE_NO_PAD.decode(x).expect("base64url").len(), length);
        kinds.push(kty);
    }
    kinds.sort();
    assert_eq!(kinds, ["EC", "OKP", "RSA"]);
}

/// JW-02: no two tenants share a key.
pub async fn every_tenant_has_keys_of_its_own(s: &Stage) {
    let mut ids = BTreeSet::new();
    for tenant in ["acme", "globex", "ecdsa", "strict"] {
        for key in keys(s, tenant).await {
            assert!(ids.insert(key["kid"].to_string()), "{tenant}");
        }
    }
    assert_eq!(ids.len(), 3 + 2 + 2 + 2);
}

/// RFC 8414 §2: `scopes_supported` is what the tenant's APIs know, where it lists them.
pub async fn scopes_of_listed_resources_are_advertised(s: &Stage) {
    let path = SPELLINGS[0].replace("TENANT", "acme");
    let scopes = &s.get(&path, &[]).await.json()["scopes_supported"];
    assert_eq!(*scopes, json!(OPENID), "those of OpenID Connect, which need no API");
    let list = |policy: &mut Policy| {
        let api = |audience: &str, scope: &str| {
            Resource::new(audience.parse().expect("an audience"), scope.parse().expect("a scope"))
        };
        let other = api("https://other.example.com", "write archive");
        policy.resources = vec![api(World::AUDIENCE, "read write"), other].into();
    };
    s.world.server.admin().change_tenant(&tenant_id("acme"), list).await.expect("a policy");
    let scopes = &s.get(&path, &[]).await.json()["scopes_supported"];
    let mut all = [&OPENID[..], &["archive", "read", "write"]].concat();
    all.sort_unstable();
    assert_eq!(*scopes, json!(all));
}

/// RFC 8414 §2, JW-14: where a token is given up and asked about is said where it can be, with its ways to
/// authenticate, and nowhere else.
pub async fn what_a_tenant_does_not_offer_is_not_in_its_document(s: &Stage) {
    let members = ["revocation_endpoint", "introspection_endpoint"];
    let there = async || {
        let document = metadata(s, "acme").await;
        members.map(|name| {
            let methods = document.get(format!("{name}_auth_methods_supported")).is_some();
            assert_eq!(methods, document.get(name).is_some(), "{name}");
            methods
        })
    };
    for offers in [[true, true], [true, false], [false, true], [false, false]] {
        let decide = |policy: &mut Policy| [policy.revocation, policy.introspection] = offers;
        s.world.server.admin().change_tenant(&tenant_id("acme"), decide).await.expect("done");
        assert_eq!(there().await, offers);
    }
}

/// RFC 8414 §2, RG-01: where clients register themselves is said where they can.
pub async fn where_clients_register_is_said_where_they_can(s: &Stage) {
    let said = async || metadata(s, "acme").await.get("registration_endpoint").cloned();
    assert_eq!(said().await, None);
    let open = |policy: &mut Policy| policy.registration = Some(Arc::default());
    s.world.server.admin().change_tenant(&tenant_id("acme"), open).await.expect("done");
    assert_eq!(said().await, Some("https://id.example.com/oauth/acme/register".into()));
}

/// RFC 8414 §3.1: nothing is said of a tenant that is not there, at any spelling.
pub async fn an_unknown_tenant_has_no_documents(s: &Stage) {
    let paths = SPELLINGS.into_iter().chain(["/oauth/TENANT/jwks.json"]);
    for path in paths {
        for tenant in ["nobody", "ACME", "acme.", "%61cme", ""] {
            let answer = s.get(&path.replace("TENANT", tenant), &[]).await;
            answer.assert_error(404, "invalid_request", "there is no such tenant");
        }
    }
}
