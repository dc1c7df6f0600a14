//! `[tenants.*.policy]`.

use std::sync::Arc;

use super::{agreement, browser, duration, fields, registration, resources, table::Table};
use crate::types::{Audience, Dpop, Policy, Set};

const FIELDS: &[&str] = &[
    "default_audience",
    "access_token_lifetime",
    "code_lifetime",
    "refresh_idle_lifetime",
    "grant_lifetime",
    "retry_window",
    "rotation",
    "grants",
    "client_auth_methods",
    "direct_api",
    "direct_redirect_uris",
    "direct_scope",
    "allowed_origins",
    "default_scope",
    "revocation",
    "introspection",
    "dpop",
    "dpop_nonces",
    "signing_alg",
    "key_lifetime",
    "key_announcement",
    "registration",
    "browser",
];

/// A tenant's policy. What is wrong is noted and replaced by what is right, so that it does not
/// look wrong to others as well.
pub(super) fn read(tenant: &Table<'_>) -> Policy {
    let resources = resources::read(tenant);
    let table = tenant
        .demand(
            "policy",
            &format!(
                "[{}.policy] and below it default_audience = \"https://api.example.com\", the URL \
                 of the API that tokens are for",
                tenant.path()
            ),
        )
        .and_then(|value| Table::with(value, FIELDS));
    let audience = table.as_ref().and_then(audience);
    let resources = resources.filter(|_| audience.is_some());
    let mut policy = Policy::new(audience.unwrap_or_else(nowhere));
    policy.resources = resources.unwrap_or_default();
    match table {
        Some(table) => {
            fill(&mut policy, &table);
            let browser = table.find("browser").and_then(browser::read);
            let (browser, below) = browser.unzip();
            put(&mut policy.browser, browser.map(Arc::new));
            let registration = table.find("registration").and_then(registration::read);
            let (registration, beside) = registration.unzip();
            policy.registration = registration.map(Arc::new);
            let below = agreement::Below { browser: below, registration: beside };
            agreement::of_policy(&mut policy, tenant, &table, &below);
        }
        None => policy.grants = Set::all(),
    }
    policy
}

fn audience(table: &Table<'_>) -> Option<Audience> {
    const EXAMPLE: &str = "the URL of your API, such as \"https://api.example.com\"";
    let instead = "default_audience = \"https://api.example.com\", the URL of the API that tokens \
                   are for";
    table.demand("default_audience", instead)?.word(EXAMPLE)
}

/// Holds the place of an audience that is missing.
fn nowhere() -> Audience {
    "nowhere".parse().expect("letters are an audience")
}

fn fill(policy: &mut Policy, table: &Table<'_>) {
    // Each by its name, so that no new field of a policy is forgotten here.
    let Policy {
        default_audience: _,
        resources: _,
        // Tables of their own.
        registration: _,
        browser: _,
        access_token_lifetime,
        code_lifetime,
        refresh_idle_lifetime,
        grant_lifetime,
        retry_window,
        rotation,
        grants,
        client_auth_methods,
        direct_api,
        direct_redirect_uris,
        direct_scope,
        allowed_origins,
        default_scope,
        revocation,
        introspection,
        dpop,
        dpop_nonces,
        signing_alg,
        key_lifetime,
        key_announcement,
    } = policy;
    let durations = [
        ("access_token_lifetime", access_token_lifetime),
        ("code_lifetime", code_lifetime),
        ("refresh_idle_lifetime", refresh_idle_lifetime),
        ("grant_lifetime", grant_lifetime),
        ("retry_window", retry_window),
        ("key_lifetime", key_lifetime),
        ("key_announcement", key_announcement),
    ];
    for (name, field) in durations {
        put(field, table.find(name).and_then(|value| duration::read(&value)));
    }
    for (name, field) in [("default_scope", default_scope), ("direct_scope", direct_scope)] {
        put(field, table.find(name).and_then(|value| fields::scope(&value)));
    }
    let flags = [
        ("revocation", revocation),
        ("introspection", introspection),
        ("dpop_nonces", dpop_nonces),
    ];
    for (name, field) in flags {
        put(field, table.find(name).and_then(|value| value.flag()));
    }
    let read = |name| table.find(name);
    put(dpop, read("dpop").and_then(|value| value.kind("a rule for DPoP")));
    if table.is_wrong("dpop") {
        // So that nobody misses it.
        *dpop = Dpop::Allowed;
    }
    put(rotation, read("rotation").and_then(|value| value.kind("a rotation")));
    put(direct_api, read("direct_api").and_then(|value| value.kind("a form of the direct API")));
    put(signing_alg, read("signing_alg").and_then(|value| value.kind("a signing algorithm")));
    put(grants, read("grants").and_then(|value| fields::grants(&value)));
    if table.is_wrong("grants") {
        // So that nobody misses one.
        *grants = Set::all();
    }
    let methods = read("client_auth_methods").and_then(|value| fields::methods(&value));
    put(client_auth_methods, methods);
    if table.is_wrong("client_auth_methods") {
        *client_auth_methods = Set::all();
    }
    let example = "\"https://app.example.com/callback\"";
    put(
        direct_redirect_uris,
        read("direct_redirect_uris").map(|v| fields::urls(&v, example).into()),
    );
    let example = "\"https://app.example.com\"";
    put(allowed_origins, read("allowed_origins").map(|value| fields::urls(&value, example).into()));
}

pub(super) fn put<T>(field: &mut T, read: Option<T>) {
    if let Some(read) = read {
        *field = read;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_shows_every_field() {
        let example = include_str!("../../../../examples/provision.toml");
        let policy = example.split("[tenants.acme.policy]").nth(1).unwrap_or_default();
        for field in FIELDS.iter().filter(|field| !["registration", "browser"].contains(field)) {
            assert!(policy.contains(&format!("\n{field} = ")), "{field}");
        }
    }
}
