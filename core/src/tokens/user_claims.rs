//! What a client may know of a user (OpenID Connect Core §5.4, §5.5).

use serde_json::{Map, Value};

use crate::types::{AuthorizationRequest, ClaimSet, Client, Scope};

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

/// Those of the user's claims that are asked for by name. No more than a scope of the client's could ask
/// for (AZ-34); a claim of the host's own making is for the host to say.
pub fn asked_claims(known: &ClaimSet, names: &[Box<str>], client: &Client) -> Map<String, Value> {
    let told =
        names.iter().filter(|name| scope_of(name).is_some_and(|of| client.scope.contains(of)));
    told.filter_map(|name| claim(known, name)).collect()
}

/// What a client would be told, as a scope: the one that it asks for, and those which cover what it asks
/// for by name. That is what the user is asked about (OpenID Connect Core §3.1.2.4).
pub fn told_scope(asked: &AuthorizationRequest, client: &Client) -> Scope {
    let claims = asked.claims.as_deref();
    let names = claims.iter().flat_map(|claims| claims.id_token.iter().chain(&*claims.userinfo));
    let by_name: Vec<_> = names.filter_map(|name| scope_of(name)).collect();
    asked.scope.or(&client.scope.filter(|token| by_name.contains(&token)))
}

/// The scope token that asks for a claim.
fn scope_of(claim: &str) -> Option<&'static str> {
    SCOPES.iter().find(|(_, claims)| claims.contains(&claim)).map(|(token, _)| *token)
}

fn claim(known: &ClaimSet, name: &str) -> Option<(String, Value)> {
    known.value(name).map(|value| (name.to_owned(), value.clone()))
}
