//! `jwks` and `jwks_uri` of a client: the public keys by which it proves itself.

use super::{
    given::{self, Given},
    policy::put,
    secrets,
    table::Table,
    value::Value,
};
use crate::types::{
    AssertionKeys, Client, ClientAssertions, ClientAuthMethod, ClientKeys, ClientKind, Policy,
};

/// What is said of a client's keys, and whom it makes its assertions for.
pub(super) fn read(table: &Table<'_>) -> Option<ClientAssertions> {
    let audience = table.find("assertion_audience");
    let keys = match (table.find("jwks"), table.find("jwks_uri")) {
        (None, None) => {
            if let Some(value) = audience {
                value.wrong_name(
                    "this is for a client that proves itself by its keys: write jwks as well, or \
                     remove this line",
                );
            }
            return None;
        }
        (Some(value), None) => keys(value).map(AssertionKeys::Held),
        (None, Some(value)) => {
            value.word("\"https://robot.example.com/jwks.json\"").map(AssertionKeys::At)
        }
        (Some(_), Some(value)) => {
            value.wrong_name("jwks says already which keys it has: remove one of the two lines");
            None
        }
    };
    let audience = audience.and_then(|value| value.kind("an audience of assertions"));
    let mut assertions = ClientAssertions::new(keys?);
    put(&mut assertions.audience, audience);
    Some(assertions)
}

/// Whether keys are named, be they wrong.
pub(super) fn named(table: &Table<'_>) -> bool {
    table.find("jwks").is_some() || table.find("jwks_uri").is_some()
}

/// A key that somebody wrote here with its private half must not be shown.
fn keys(value: Value<'_>) -> Option<ClientKeys> {
    let Given::Plain(text, source) = given::read(value, None)? else { return None };
    text.parse().map_err(|why| source.wrong(format!("does not fit: {why}"))).ok()
}

/// Of ways to authenticate that the tenant does not have.
pub(super) fn unoffered(client: &Client, policy: &Policy) -> Option<String> {
    let ClientKind::Confidential { methods, .. } = &client.kind else { return None };
    let lost = methods.iter().find(|method| !policy.client_auth_methods.contains(method))?;
    Some(format!(
        "this tenant's clients cannot authenticate by \"{}\": write another way here, or add it to \
         client_auth_methods of the policy",
        lost.as_str()
    ))
}

/// Of keys that are there and not used, or the reverse.
pub(super) fn told(client: &Client) -> &'static str {
    match client.assertions {
        Some(_) => {
            "these keys count for nothing, since auth_methods do not hold \"private_key_jwt\": add \
             that, or remove this line"
        }
        None => {
            "is missing: a client that authenticates by \"private_key_jwt\" has public keys: write \
             jwks = { file = \"jwks.json\" }, naming a file with its JWK Set"
        }
    }
}

/// Without the method that wants keys, and without keys.
pub(super) fn mend(client: &mut Client) {
    client.assertions = None;
    if let ClientKind::Confidential { methods, secrets } = &mut client.kind {
        methods.remove(&ClientAuthMethod::PrivateKeyJwt);
        if methods.is_empty() {
            methods.insert(ClientAuthMethod::Post);
        }
        if secrets.is_empty() {
            *secrets = secrets::stand_in();
        }
    }
}
