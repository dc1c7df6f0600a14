//! The Config profile of OpenID Connect (OpenID Connect Discovery §3, §4).

use serde_json::{Value, json};

use super::walk::ISSUER;
use crate::Stage;

const PATH: &str = "/oauth/acme/.well-known/openid-configuration";

/// oidcc-discovery-endpoint-verification: the document is where the issuer says, names that issuer, and
/// has whatever the module looks for; each URL is the issuer's, by https, and answered.
pub async fn the_document_is_as_the_foundation_wants_it(s: &Stage) {
    let answer = s.get(PATH, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    let said = answer.json();
    assert_eq!(said["issuer"], ISSUER);
    let holds = |name: &str, wanted: &str| {
        let list = said[name].as_array().unwrap_or_else(|| panic!("no {name}"));
        assert!(list.contains(&json!(wanted)), "{wanted} in {name}: {list:?}");
        assert!(list.iter().all(Value::is_string), "{name}: {list:?}");
    };
    for (name, wanted) in [
        ("response_types_supported", "code"),
        ("response_modes_supported", "query"),
        ("response_modes_supported", "form_post"),
        ("grant_types_supported", "authorization_code"),
        ("subject_types_supported", "public"),
        ("subject_types_supported", "pairwise"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("claims_supported", "sub"),
        ("claims_supported", "email"),
        ("claim_types_supported", "normal"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("token_endpoint_auth_methods_supported", "client_secret_post"),
        ("code_challenge_methods_supported", "S256"),
        ("display_values_supported", "page"),
        ("prompt_values_supported", "none"),
    ] {
        holds(name, wanted);
    }
    assert_eq!(said["code_challenge_methods_supported"], json!(["S256"]), "AZ-15");
    for (name, is) in [
        ("claims_parameter_supported", true),
        ("request_parameter_supported", false),
        ("request_uri_parameter_supported", false),
        ("authorization_response_iss_parameter_supported", true),
    ] {
        assert_eq!(said[name], is, "{name}");
    }
    for (name, status) in [
        ("authorization_endpoint", 400),
        ("token_endpoint", 400),
        ("userinfo_endpoint", 401),
        ("end_session_endpoint", 200),
        ("jwks_uri", 200),
    ] {
        let url = said[name].as_str().unwrap_or_else(|| panic!("no {name}"));
        let path = url.strip_prefix("https://id.example.com").expect("the issuer's");
        assert!(url.starts_with(&format!("{ISSUER}/")), "{url}");
        assert_eq!(s.get(path, &[]).await.status, status, "{name}");
    }
}

/// OpenID Connect Discovery §3: every member has the type that it must have, and none is empty.
pub async fn no_member_is_empty(s: &Stage) {
    for tenant in ["acme", "globex", "codes-only"] {
        let said = s.get(&PATH.replace("acme", tenant), &[]).await.json();
        for (name, value) in said.as_object().expect("an object") {
            let filled = match value {
                Value::String(text) => !text.is_empty(),
                Value::Array(all) => !all.is_empty(),
                Value::Bool(_) => true,
                _ => false,
            };
            assert!(filled, "{tenant}: {name} is {value}");
        }
    }
}

/// OpenID Connect Discovery §3, JW-04: there is a key for each algorithm by which ID tokens are signed.
pub async fn there_is_a_key_for_each_algorithm(s: &Stage) {
    for tenant in ["acme", "globex", "ecdsa"] {
        let said = s.get(&PATH.replace("acme", tenant), &[]).await.json();
        let keys = s.get(&format!("/oauth/{tenant}/jwks.json"), &[]).await.json();
        let keys = keys["keys"].as_array().expect("keys").clone();
        for alg in said["id_token_signing_alg_values_supported"].as_array().expect("a list") {
            assert!(keys.iter().any(|key| key["alg"] == *alg), "{tenant}: {alg}");
        }
    }
}
