//! What a client may know of a user (OpenID Connect Core §5.4, §5.5).

use serde_json::{Map, Value};

use crate::types::{ClaimSet, Scope};

/// The claims that each scope token asks for (§5.4).
const SCOPES: [(&str, &[&str]); 4] = [
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// Every claim that a scope token or the `claims` parameter can ask for.
pub fn standard_claims() -> impl Iterator<Item = &'static str> {
    SCOPES.iter().flat_map(|(_, claims)| claims.iter().copied())
}

/// Those of the user's claims that the scope asks for.
pub fn scoped_claims(known: &ClaimSet, scope: &Scope) -> Map<String, Value> {
    let asked = SCOPES.iter().filter(|(token, _)| scope.contains(token));
    let names = asked.flat_map(|(_, claims)| claims.iter());
    names.filter_map(|name| claim(known, name)).collect()
}

/// Those of the user's claims that are asked for by name. No more than a scope could: a claim of the
/// host's own making is for the host to say.
pub fn asked_claims(known: &ClaimSet, names: &[Box<str>]) -> Map<String, Value> {
    let standard = names.iter().filter(|name| standard_claims().any(|own| *own == ***name));
    standard.filter_map(|name| claim(known, name)).collect()
}

fn claim(known: &ClaimSet, name: &str) -> Option<(String, Value)> {
    known.value(name).map(|value| (name.to_owned(), value.clone()))
}
