//! The `claims` parameter (OpenID Connect Core §5.5), and what hosts and files say of users.

use grantry::types::{ClaimSet, ClaimsRequest, RESERVED_CLAIMS, Subject, limits};
use serde_json::{Map, Value};

/// What is taken is what another look at the same JSON finds; and what is said of a user names nothing that
/// the server says itself (TK-25).
pub fn claims(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let whole = serde_json::from_str::<Map<String, Value>>(text);
    let asked = text.parse::<ClaimsRequest>();
    let Ok(whole) = whole else { return assert!(asked.is_err(), "{text}") };
    if let Ok(asked) = asked {
        assert!(text.len() <= limits::CLAIMS_PARAMETER && &*asked.text == text);
        for (member, names) in [("id_token", &asked.id_token), ("userinfo", &asked.userinfo)] {
            let own = whole.get(member).and_then(Value::as_object);
            let own: Vec<_> = own.iter().flat_map(|own| own.keys()).map(String::as_str).collect();
            assert_eq!(names.iter().map(|name| &**name).collect::<Vec<_>>(), own, "{text}");
        }
        let sub = &whole.get("id_token").unwrap_or(&Value::Null)["sub"]["value"];
        assert_eq!(asked.sub.as_ref().map(Subject::as_str), sub.as_str(), "{text}");
        let printed = format!("{asked:?}");
        assert!(asked.sub.is_none() || !printed.contains("sub: "), "{printed}");
    }
    let reserved = whole.keys().any(|name| RESERVED_CLAIMS.contains(&name.as_str()));
    let size = serde_json::to_vec(&whole).unwrap().len();
    let said = ClaimSet::try_from(whole.clone());
    assert_eq!(said.is_ok(), !reserved && size <= limits::CLAIMS, "{text}");
    if let Ok(said) = said {
        let names: Vec<_> = said.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, whole.keys().cloned().collect::<Vec<_>>());
    }
}
