//! `[tenants.*.clients.*]`.

use super::{
    ClientPlan, agreement, client_browser, fields, keys, secrets,
    table::Table,
    value::{Value, path},
};
use crate::types::{
    Audience, Client, ClientAuthMethod, ClientId, ClientKind, GrantType, Policy, Set,
};

const FIELDS: &[&str] = &[
    "type",
    "auth_methods",
    "secrets",
    "jwks",
    "jwks_uri",
    "assertion_audience",
    "grants",
    "scope",
    "default_scope",
    "audience",
    "introspects",
    "dpop_bound_access_tokens",
    "name",
    "redirect_uris",
    "post_logout_redirect_uris",
    "origins",
    "pkce",
    "id_token_alg",
    "subject_type",
    "sector_identifier_uri",
    "first_party",
    "require_pushed_requests",
    "disabled",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Confidential,
    Public,
}

/// The clients of one tenant. What is not right is noted, and left out.
pub(super) fn read(value: Value<'_>, policy: &Policy) -> Vec<ClientPlan> {
    let Some(clients) = Table::of(value) else { return Vec::new() };
    let client = |(name, value)| client(name, value, policy);
    clients.entries().into_iter().filter_map(client).collect()
}

fn client(name: &str, value: Value<'_>, policy: &Policy) -> Option<ClientPlan> {
    let id = id(name, &value);
    let table = Table::named(value, FIELDS)?;
    let kind = kind(&table);
    // Of a public client that has been said.
    let assertions = if kind == ClientKind::Public { None } else { keys::read(&table) };
    let keyless = assertions.is_none() && keys::named(&table);
    let mut client = Client::new(id.clone().unwrap_or_else(nobody), kind);
    client.grants = grants(&table, policy);
    client.scope = table.find("scope").and_then(|v| fields::scope(&v)).unwrap_or_default();
    client.default_scope = table.find("default_scope").and_then(|value| fields::scope(&value));
    let example = "the URL of an API, such as \"https://api.example.com\"";
    client.audience = table.find("audience").and_then(|value| value.word(example));
    client.introspects = introspects(&table, example);
    let bound = table.find("dpop_bound_access_tokens").and_then(|value| value.flag());
    client.dpop_bound_access_tokens = bound.unwrap_or(false);
    client.assertions = assertions.map(Box::new);
    client.browser = client_browser::read(&table);
    if keyless {
        keys::mend(&mut client);
    }
    agreement::of_client(&mut client, policy, &table);
    let disabled = table.find("disabled").and_then(|value| value.flag());
    id.map(|_| ClientPlan { client, disabled })
}

fn introspects(table: &Table<'_>, example: &str) -> Box<[Audience]> {
    let Some(value) = table.find("introspects") else { return Box::default() };
    let entries = value.list("[\"https://api.example.com\"]").unwrap_or_default();
    entries.iter().filter_map(|entry| entry.word(example)).collect()
}

fn id(name: &str, value: &Value<'_>) -> Option<ClientId> {
    match name.parse::<ClientId>() {
        Ok(id) if id.is_reserved() => value.wrong_name(
            "\"direct\" is the name that tokens of the direct API carry: choose another",
        ),
        Ok(id) => return Some(id),
        Err(rule) => value.wrong_name(format!(
            "this cannot name a client: {rule}; use letters, digits and . _ -"
        )),
    }
    None
}

/// Holds the place of an id that is wrong.
fn nobody() -> ClientId {
    "nobody".parse().expect("letters are a client id")
}

fn kind(table: &Table<'_>) -> ClientKind {
    let kinds = [("confidential", Type::Confidential), ("public", Type::Public)];
    let instead = "type = \"confidential\" for a server, which can keep a secret, or type = \
                   \"public\" for an application in a browser or on a device";
    let kind = table.demand("type", instead).and_then(|v| v.choice("a type of client", &kinds));
    if kind == Some(Type::Public) {
        let fields = ["secrets", "auth_methods", "jwks", "jwks_uri", "assertion_audience"];
        for value in fields.into_iter().filter_map(|name| table.find(name)) {
            value.wrong_name(
                "a public client has nothing to prove itself by: remove this line, or write \
                 type = \"confidential\"",
            );
        }
        return ClientKind::Public;
    }
    let instead = "secrets = [{ env = \"NAME\" }], naming the environment variable that holds the \
                   secret; make one with: openssl rand -hex 32";
    let methods = methods(table);
    let shows = methods.iter().any(ClientAuthMethod::shows_a_secret);
    let secrets = match kind {
        Some(_) if shows => table.demand("secrets", instead),
        // Whether there must be one is not known, or there need be none.
        _ => table.find("secrets"),
    };
    let secrets = secrets.map(|value| secrets::read(&value).unwrap_or_else(secrets::stand_in));
    let none = || if shows { secrets::stand_in() } else { Box::default() };
    ClientKind::Confidential { secrets: secrets.unwrap_or_else(none), methods }
}

/// Where nothing is said, or nothing that can be read, it is by a key for who has no secret but one.
fn methods(table: &Table<'_>) -> Set<ClientAuthMethod> {
    let by_key = keys::named(table);
    table.find("auth_methods").and_then(|value| listed(&value)).unwrap_or_else(|| {
        let mut methods = Set::new();
        if by_key {
            methods.insert(ClientAuthMethod::PrivateKeyJwt);
        }
        if !by_key || table.find("secrets").is_some() {
            methods.extend([ClientAuthMethod::Basic, ClientAuthMethod::Post]);
        }
        methods
    })
}

fn listed(value: &Value<'_>) -> Option<Set<ClientAuthMethod>> {
    let example = "[\"client_secret_basic\"]";
    let entries = value.list(example)?;
    if entries.is_empty() {
        value.wrong(format!("names no way to authenticate: write {example}"));
        return None;
    }
    fields::methods(value)
}

fn grants(table: &Table<'_>, policy: &Policy) -> Set<GrantType> {
    let instead = "grants = [\"client_credentials\"] for a server that acts on its own behalf, or \
                   grants = [\"authorization_code\", \"refresh_token\"] where users sign in";
    let value = table.demand("grants", instead);
    let Some((value, grants)) = value.and_then(|v| fields::grants(&v).map(|grants| (v, grants)))
    else {
        return Set::new();
    };
    for grant in grants.iter().filter(|grant| !policy.grants.contains(grant)) {
        value.wrong(format!(
            "this tenant does not offer \"{}\": add it to {}.policy.grants, or remove it here",
            grant.as_str(),
            path(&value.names[..2]),
        ));
    }
    grants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_for_browsers_is_a_field_of_a_client() {
        for field in client_browser::FIELDS {
            assert!(FIELDS.contains(&field), "{field}");
        }
    }

    #[test]
    fn the_example_shows_every_field() {
        let example = include_str!("../../../../examples/provision.toml");
        for field in FIELDS {
            assert!(example.contains(&format!("\n{field} = ")), "{field}");
        }
    }
}
