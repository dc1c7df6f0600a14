//! What each tenant of the world says in public, held against what it does and what it keeps.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::{
    NewClient,
    ports::{Clock, KeyPurpose},
    types::GrantType,
};
use serde_json::{Value, json};

use super::codes::asks;
use super::metadata::{keys, metadata};
use crate::{
    ALICE, Answer, JWT_BEARER, KeyHolder, PASSWORD, PKCE, Stage, World, parameters, tenant_id,
};

/// JW-14: of every tenant of the world, whatever its policy: what is advertised is there and works,
/// and nothing works that is not advertised.
pub async fn each_tenant_advertises_what_it_accepts_and_nothing_else(s: &Stage) {
    let tenants = s.world.server.admin().tenants(None).await.expect("the store answers");
    assert!(tenants.len() >= 10, "{}", tenants.len());
    for tenant in &tenants {
        let id = tenant.id.as_str();
        let document = metadata(s, id).await;
        let members = document.as_object().expect("an object").keys();
        let unknown: Vec<_> = members.filter(|name| !KNOWN.contains(&name.as_str())).collect();
        assert_eq!(unknown, [""; 0], "members that this case does not know");
        let issuer = format!("https://id.example.com/oauth/{id}");
        assert_eq!(document["issuer"], issuer);
        let path = |name: &str| {
            let url = document[name].as_str().expect("a URL");
            url.strip_prefix("https://id.example.com").expect("on this server").to_owned()
        };
        assert_eq!(s.get(&path("jwks_uri"), &[]).await.status, 200);
        let accepted = accepted(s, id, &path("token_endpoint")).await;
        assert_eq!(document["grant_types_supported"], json!(accepted.grants), "{id}");
        let methods = &document["token_endpoint_auth_methods_supported"];
        assert_eq!(*methods, json!(accepted.methods), "{id}");
        for (name, offers) in [
            ("revocation", tenant.policy.revocation),
            ("introspection", tenant.policy.introspection),
        ] {
            let endpoint = format!("{name}_endpoint");
            assert_eq!(document.get(&endpoint).is_some(), offers, "{id} {name}");
            if offers {
                let advertised = &document[format!("{endpoint}_auth_methods_supported")];
                let taken = shown_by(s, id, &path(&endpoint)).await;
                // Whoever has no tokens has none to give up.
                let taken: Vec<_> = taken
                    .into_iter()
                    .filter(|method| {
                        name == "introspection"
                            || methods.as_array().expect("a list").contains(&json!(method))
                    })
                    .collect();
                assert_eq!(*advertised, json!(taken), "{id} {name}");
                // Clients are known by the same keys wherever they come.
                let algs = &document[format!("{endpoint}_auth_signing_alg_values_supported")];
                assert_eq!(*algs, json!(accepted.algs), "{id} {name}");
            }
        }
        let registers = document.get("registration_endpoint").is_some();
        assert_eq!(registers, tenant.policy.registration.is_some(), "{id}");
        let algs = &document["token_endpoint_auth_signing_alg_values_supported"];
        assert_eq!(*algs, json!(accepted.algs), "{id}");
        let codes = accepted.grants.contains(&"authorization_code");
        let there = document.as_object().expect("an object").contains_key("authorization_endpoint");
        assert_eq!(there, codes, "{id}");
        match codes {
            true => try_in_browsers(s, &document, path).await,
            false => {
                assert_eq!(document["response_types_supported"], json!([]));
                let asked = asks("spa", World::REDIRECT);
                assert_eq!(s.get(&format!("/oauth/{id}/authorize"), &asked).await.status, 400);
            }
        }
    }
}

/// What this case knows how to try. The others say what is in tokens, which other cases look at.
const KNOWN: [&str; 34] = [
    "authorization_endpoint",
    "authorization_response_iss_parameter_supported",
    "claim_types_supported",
    "claims_parameter_supported",
    "claims_supported",
    "client_id_metadata_document_supported",
    "code_challenge_methods_supported",
    "display_values_supported",
    "end_session_endpoint",
    "grant_types_supported",
    "introspection_endpoint",
    "introspection_endpoint_auth_methods_supported",
    "introspection_endpoint_auth_signing_alg_values_supported",
    "id_token_signing_alg_values_supported",
    "issuer",
    "jwks_uri",
    "prompt_values_supported",
    "protected_resources",
    "pushed_authorization_request_endpoint",
    "registration_endpoint",
    "request_parameter_supported",
    "request_uri_parameter_supported",
    "response_modes_supported",
    "response_types_supported",
    "revocation_endpoint",
    "revocation_endpoint_auth_methods_supported",
    "revocation_endpoint_auth_signing_alg_values_supported",
    "scopes_supported",
    "subject_types_supported",
    "token_endpoint",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "ui_locales_supported",
    "userinfo_endpoint",
];

/// Which values of each parameter of a request for authorization are not refused.
async fn try_in_browsers(s: &Stage, document: &Value, path: impl Fn(&str) -> String) {
    assert_eq!(s.get(&path("userinfo_endpoint"), &[]).await.status, 401);
    assert_eq!(s.get(&path("end_session_endpoint"), &[]).await.status, 200);
    let supported = |name: &str| document[name] == json!(true);
    for (member, parameter, values) in [
        ("response_types_supported", "response_type", &["code", "token", "id_token", "none"][..]),
        ("response_modes_supported", "response_mode", &["query", "form_post", "fragment", "jwt"]),
        ("code_challenge_methods_supported", "code_challenge_method", &["S256", "plain", "s256"]),
        (
            "prompt_values_supported",
            "prompt",
            &["none", "login", "consent", "select_account", "create"],
        ),
        ("display_values_supported", "display", &["page", "popup"]),
        ("ui_locales_supported", "ui_locales", &["en"]),
    ] {
        let mut taken = Vec::new();
        for value in values {
            let mut asked = asks("spa", World::REDIRECT);
            asked.retain(|(name, _)| *name != parameter);
            asked.push((parameter, value));
            if is_taken(s, &path("authorization_endpoint"), &asked).await {
                taken.push(*value);
            }
        }
        assert_eq!(document[member], json!(taken), "{member}");
    }
    for (member, parameter) in [
        ("claims_parameter_supported", ("claims", "{\"userinfo\":{\"email\":null}}")),
        ("request_parameter_supported", ("request", "e30.e30.")),
        ("request_uri_parameter_supported", ("request_uri", "https://app.example.com/request")),
    ] {
        let asked = [&asks("spa", World::REDIRECT)[..], &[parameter]].concat();
        let taken = is_taken(s, &path("authorization_endpoint"), &asked).await;
        assert_eq!(supported(member), taken, "{member}");
    }
    let par = path("pushed_authorization_request_endpoint");
    assert_eq!(s.post(&par, &asks("spa", World::REDIRECT)).await.status, 201);
    let refused = [&asks("spa", World::REDIRECT)[..], &[("prompt", "none")]].concat();
    let answer = s.get(&path("authorization_endpoint"), &refused).await;
    let named = parameters(answer.header("location")).contains_key("iss");
    assert_eq!(supported("authorization_response_iss_parameter_supported"), named);
}

/// Whether a request for authorization is not refused: the user is asked, or would be but for
/// `prompt=none`.
async fn is_taken(s: &Stage, path: &str, asked: &[(&str, &str)]) -> bool {
    let answer = s.get(path, asked).await;
    let place = answer.header("location");
    place.contains("/interaction?handle=") || place.contains("error=login_required")
}

/// What a tenant's token endpoint accepts, as is found out by trying.
struct Accepted {
    grants: Vec<&'static str>,
    methods: Vec<&'static str>,
    /// Of assertions.
    algs: Vec<&'static str>,
}

async fn accepted(s: &Stage, tenant: &str, path: &str) -> Accepted {
    let secret = s.world.secret(tenant, "backend");
    let backend = [("client_id", "backend"), ("client_secret", secret)];
    let mut grants = Vec::new();
    for grant in [
        "authorization_code",
        "client_credentials",
        "password",
        "refresh_token",
        "authorize_code",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:openid:params:grant-type:ciba",
    ] {
        let asked = [("grant_type", grant), ALICE, PASSWORD, ("refresh_token", "x"), ("code", "x")];
        let device = [("device_code", "x")];
        let answer = s.post(path, &[&asked[..], &backend, &device].concat()).await;
        if answer.json()["error"] != "unsupported_grant_type" {
            grants.push(grant);
        }
    }
    let codes = grants.contains(&"authorization_code");
    let algs = algs(s, tenant, path, codes).await;
    let mut methods = methods(s, tenant, path, codes).await;
    if !algs.is_empty() {
        let at = methods.iter().position(|method| *method == "none").unwrap_or(methods.len());
        methods.insert(at, "private_key_jwt");
    }
    Accepted { grants, methods, algs }
}

/// How clients may prove themselves, as is found out by each of them with what the tenant offers.
async fn methods(s: &Stage, tenant: &str, path: &str, codes: bool) -> Vec<&'static str> {
    let code = [("grant_type", "authorization_code"), ("code", "x"), ("code_verifier", PKCE.0)];
    let (own, user) = ([("grant_type", "client_credentials")], [("grant_type", "password")]);
    let user = [&user[..], &[ALICE, PASSWORD]].concat();
    let (secretly, openly) = match codes {
        true => (("web", &code[..]), ("spa", &code[..])),
        false => (("backend", &own[..]), ("app", &user[..])),
    };
    let (id, ask) = secretly;
    let secret = s.world.secret(tenant, id);
    let posted = [("client_id", id), ("client_secret", secret)];
    let tried = [
        ("client_secret_basic", s.post_basic(path, id, secret, ask).await),
        ("client_secret_post", s.post(path, &[ask, &posted].concat()).await),
        ("none", s.post(path, &[openly.1, &[("client_id", openly.0)]].concat()).await),
    ];
    tried.iter().filter(|(_, answer)| is_known(answer)).map(|(method, _)| *method).collect()
}

/// By which algorithms clients may sign assertions, with what the tenant offers.
async fn algs(s: &Stage, tenant: &str, path: &str, codes: bool) -> Vec<&'static str> {
    let code = [("grant_type", "authorization_code"), ("code", "x"), ("code_verifier", PKCE.0)];
    let ask = if codes { &code[..] } else { &[("grant_type", "client_credentials")] };
    let keys = KeyHolder::each();
    let jwks = json!({ "keys": keys.each_ref().map(KeyHolder::jwk) }).to_string();
    let grants = [GrantType::AuthorizationCode, GrantType::ClientCredentials];
    let new = NewClient::with_keys("keyed", jwks).grants(grants);
    s.world.server.admin().create_client(&tenant_id(tenant), new).await.expect("a client");
    let issuer = format!("https://id.example.com/oauth/{tenant}");
    let mut taken = Vec::new();
    // RFC 9864 has another name for what the last of them signs by.
    let other = keys.iter().filter(|key| key.alg == "EdDSA").map(|key| (key, "Ed25519"));
    for (key, alg) in keys.iter().map(|key| (key, key.alg)).chain(other) {
        let said = key.claims("keyed", &issuer, s.world.clock.now());
        let assertion = key.sign(&json!({ "alg": alg, "kid": key.kid }), &said);
        let shown = [ask, &[JWT_BEARER, ("client_assertion", &assertion)]].concat();
        if is_known(&s.post(path, &shown).await) {
            taken.push(alg);
        }
    }
    taken
}

/// Whose code is none has proven itself.
fn is_known(answer: &Answer) -> bool {
    answer.status == 200 || answer.json()["error"] == "invalid_grant"
}

/// How clients may prove themselves where they show a token.
async fn shown_by(s: &Stage, tenant: &str, path: &str) -> Vec<&'static str> {
    let (secret, shown) = (s.world.secret(tenant, "backend"), [("token", "x")]);
    let posted = [shown[0], ("client_id", "backend"), ("client_secret", secret)];
    // The client that has been registered for the token endpoint.
    let issuer = format!("https://id.example.com/oauth/{tenant}");
    let key = KeyHolder::eddsa("ed");
    let mut claims = key.claims("keyed", &issuer, s.world.clock.now());
    claims["jti"] = json!(format!("shown at {path}"));
    let assertion = key.assert(&claims);
    let signed = [shown[0], JWT_BEARER, ("client_assertion", &assertion)];
    let tried = [
        ("client_secret_basic", s.post_basic(path, "backend", secret, &shown).await),
        ("client_secret_post", s.post(path, &posted).await),
        ("private_key_jwt", s.post(path, &signed).await),
        ("none", s.post(path, &[shown[0], ("client_id", "app")]).await),
    ];
    tried.iter().filter(|(_, answer)| answer.status == 200).map(|(method, _)| *method).collect()
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
