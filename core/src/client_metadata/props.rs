//! Laws of documents that nobody thought of.

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{Document, read, shown};
use crate::types::{Policy, RegistrationPolicy};

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just("https://a.example/cb".into()),
        Just("javascript:alert(1)".into()),
        Just("code".into()),
        Just("none".into()),
        Just("private_key_jwt".into()),
        Just("pairwise".into()),
        Just("authorization_code".into()),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| vec(inner, 0..4).prop_map(Value::from))
}

fn member() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "redirect_uris",
        "post_logout_redirect_uris",
        "grant_types",
        "response_types",
        "token_endpoint_auth_method",
        "scope",
        "client_name",
        "jwks",
        "logo_uri",
        "application_type",
        "subject_type",
        "jwks_uri",
        "sector_identifier_uri",
        "id_token_signed_response_alg",
        "dpop_bound_access_tokens",
    ])
}

proptest! {
    /// Whatever is said is refused, or becomes a client that is read from its own words again.
    #[test]
    fn a_client_is_what_it_says_of_itself(members in vec((member(), json_value()), 0..6)) {
        let mut text = json!({ "redirect_uris": ["https://a.example/cb"] });
        for (name, value) in members {
            text[name] = value;
        }
        let mut policy = Policy::new("https://api.example.com".parse().unwrap());
        policy.default_scope = "read".parse().unwrap();
        let scope = "read write".parse().unwrap();
        let registration = RegistrationPolicy { scope, ..RegistrationPolicy::default() };
        let client = |text: &Value| {
            let document = Document::parse(text.to_string().as_bytes()).ok()?;
            let id = "dyn-1".parse().unwrap();
            let metadata = read(&document).ok()?;
            let shows = metadata.method.shows_a_secret();
            let secret = crate::types::SecretHash::from_bytes([1; 32]);
            let secrets = if shows { [secret].into() } else { Box::default() };
            metadata.client(id, secrets, &registration, &policy).ok()
        };
        if let Some(first) = client(&text) {
            let again = client(&Value::Object(shown(&first)));
            prop_assert_eq!(again, Some(first));
        }
    }

    #[test]
    fn bytes_are_a_document_or_none(bytes: Vec<u8>) {
        if let Ok(document) = Document::parse(&bytes) {
            let _ = read(&document);
        }
    }
}
