//! What each tenant of the world says in public, held against what it does and what it keeps.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::ports::KeyPurpose;
use serde_json::json;

use super::metadata::{keys, metadata};
use crate::{ALICE, PASSWORD, Stage};

/// JW-14: of every tenant of the world, whatever its policy: what is advertised is there and works,
/// and nothing works that is not advertised.
pub async fn each_tenant_advertises_what_it_accepts_and_nothing_else(s: &Stage) {
    let tenants = s.world.server.admin().tenants(None).await.expect("the store answers");
    assert!(tenants.len() >= 10, "{}", tenants.len());
    for tenant in &tenants {
        let id = tenant.id.as_str();
        let document = metadata(s, id).await;
        let known = [
            "grant_types_supported",
            "issuer",
            "jwks_uri",
            "response_types_supported",
            "token_endpoint",
            "token_endpoint_auth_methods_supported",
        ];
        let members: Vec<_> = document.as_object().expect("an object").keys().collect();
        assert_eq!(members, known, "a member that this case does not know");
        let issuer = format!("https://id.example.com/oauth/{id}");
        assert_eq!(document["issuer"], issuer);
        let path = |name: &str| {
            let url = document[name].as_str().expect("a URL");
            url.strip_prefix("https://id.example.com").expect("on this server").to_owned()
        };
        assert_eq!(s.get(&path("jwks_uri"), &[]).await.status, 200);
        let accepted = accepted(s, id, &path("token_endpoint")).await;
        assert_eq!(document["grant_types_supported"], json!(accepted.grants), "{id}");
        // Where no grant is offered, nobody can show how they would authenticate.
        if !accepted.grants.is_empty() {
            let methods = &document["token_endpoint_auth_methods_supported"];
            assert_eq!(*methods, json!(accepted.methods), "{id}");
        }
        // No response type is advertised, and none is accepted.
        assert_eq!(document["response_types_supported"], json!([]));
        for kind in ["code", "token", "id_token", "code id_token"] {
            let asked = [("client_id", "app"), ("response_type", kind)];
            assert_eq!(s.get(&format!("/oauth/{id}/authorize"), &asked).await.status, 400);
        }
    }
}

/// What a tenant's token endpoint accepts, as is found out by trying.
struct Accepted {
    grants: Vec<&'static str>,
    methods: Vec<&'static str>,
}

async fn accepted(s: &Stage, tenant: &str, path: &str) -> Accepted {
    let secret = s.world.secret(tenant, "backend");
    let backend = [("client_id", "backend"), ("client_secret", secret)];
    let mut grants = Vec::new();
    for grant in [
        "client_credentials",
        "password",
        "refresh_token",
        "authorization_code",
        "authorize_code",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
    ] {
        let asked = [("grant_type", grant), ALICE, PASSWORD, ("refresh_token", "x"), ("code", "x")];
        let answer = s.post(path, &[&asked[..], &backend].concat()).await;
        if answer.json()["error"] != "unsupported_grant_type" {
            grants.push(grant);
        }
    }
    let (own, user) = ([("grant_type", "client_credentials")], [("grant_type", "password")]);
    let user = [&user[..], &[ALICE, PASSWORD, ("client_id", "app")]].concat();
    let tried = [
        ("client_secret_basic", s.post_basic(path, "backend", secret, &own).await),
        ("client_secret_post", s.post(path, &[&own[..], &backend].concat()).await),
        ("none", s.post(path, &user).await),
    ];
    let worked = tried.iter().filter(|(_, answer)| answer.status == 200);
    Accepted { grants, methods: worked.map(|(method, _)| *method).collect() }
}

/// JW-05: of what a tenant keeps, its key set shows the public half of signing keys: no private
/// member, no symmetric key, and nothing from which a key was made.
pub async fn no_tenant_shows_what_its_keys_are_made_of(s: &Stage) {
    const PUBLIC: [&str; 8] = ["alg", "crv", "e", "kid", "kty", "n", "use", "x"];
    let tenants = s.world.server.admin().tenants(None).await.expect("the store answers");
    for tenant in &tenants {
        let kept = s.world.stores.key_records.read(&tenant.id).await.expect("the store answers");
        let kept = kept.expect("keys").keys;
        let body = s.get(&format!("/oauth/{}/jwks.json", tenant.id), &[]).await.body;
        let shown = keys(s, tenant.id.as_str()).await;
        let signing = kept.iter().filter(|key| matches!(key.purpose, KeyPurpose::Signing(_)));
        assert_eq!(shown.len(), signing.count(), "{}", tenant.id);
        for member in shown.iter().flat_map(|key| key.as_object().expect("an object").keys()) {
            assert!(PUBLIC.contains(&member.as_str()) || member == "y", "{member}");
        }
        let text = String::from_utf8_lossy(&body);
        let members = shown.iter().flat_map(|key| ["x", "y", "n"].map(|name| &key[name]));
        let halves = members.filter_map(|member| URL_SAFE_NO_PAD.decode(member.as_str()?).ok());
        let halves: Vec<_> = halves.collect();
        for key in &kept {
            // 32 bytes are a seed, a scalar or a secret; a longer key holds one, somewhere.
            for bytes in key.material.expose().windows(32) {
                let public =
                    halves.iter().any(|half| half.windows(32).any(|window| window == bytes));
                let printed = URL_SAFE_NO_PAD.encode(bytes);
                assert!(public || !text.contains(&printed), "{}", tenant.id);
            }
        }
    }
}
