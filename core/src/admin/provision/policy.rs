//! `[tenants.*.policy]`.

use std::{collections::BTreeSet, fmt::Display, net::IpAddr, str::FromStr};

use fluent_uri::Uri;

use super::{agreement, duration, resources, table::Table, value::Value};
use crate::types::{Audience, DirectApi, GrantType, Policy, Rotation, Scope, SigningAlg};

const FIELDS: &[&str] = &[
    "default_audience",
    "access_token_lifetime",
    "code_lifetime",
    "refresh_idle_lifetime",
    "grant_lifetime",
    "retry_window",
    "rotation",
    "grants",
    "direct_api",
    "direct_redirect_uris",
    "direct_scope",
    "allowed_origins",
    "default_scope",
    "signing_alg",
    "key_lifetime",
    "key_announcement",
];

pub(super) const GRANTS: [(&str, GrantType); 4] = [
    ("authorization_code", GrantType::AuthorizationCode),
    ("refresh_token", GrantType::RefreshToken),
    ("client_credentials", GrantType::ClientCredentials),
    ("password", GrantType::Password),
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
            agreement::of_policy(&mut policy, tenant, &table);
        }
        None => policy.grants = GRANTS.map(|(_, grant)| grant).into(),
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
    let durations = [
        ("access_token_lifetime", &mut policy.access_token_lifetime),
        ("code_lifetime", &mut policy.code_lifetime),
        ("refresh_idle_lifetime", &mut policy.refresh_idle_lifetime),
        ("grant_lifetime", &mut policy.grant_lifetime),
        ("retry_window", &mut policy.retry_window),
        ("key_lifetime", &mut policy.key_lifetime),
        ("key_announcement", &mut policy.key_announcement),
    ];
    for (name, field) in durations {
        put(field, table.find(name).and_then(|value| duration::read(&value)));
    }
    for (name, field) in
        [("default_scope", &mut policy.default_scope), ("direct_scope", &mut policy.direct_scope)]
    {
        put(field, table.find(name).and_then(|value| scope(&value)));
    }
    let rotations =
        [("always", Rotation::Always), ("public", Rotation::Public), ("never", Rotation::Never)];
    let forms = [("off", DirectApi::Off), ("post", DirectApi::Post), ("get", DirectApi::Get)];
    let algorithms = SigningAlg::ALL.map(|alg| (alg.as_str(), alg));
    let found = |name| table.find(name);
    put(&mut policy.rotation, found("rotation").and_then(|v| v.choice("a rotation", &rotations)));
    put(
        &mut policy.direct_api,
        found("direct_api").and_then(|v| v.choice("a form of the direct API", &forms)),
    );
    let alg = found("signing_alg").and_then(|v| v.choice("a signing algorithm", &algorithms));
    put(&mut policy.signing_alg, alg);
    if let Some(value) = found("grants") {
        policy.grants = grants(&value).unwrap_or(GRANTS.map(|(_, grant)| grant).into());
    }
    if let Some(value) = found("direct_redirect_uris") {
        policy.direct_redirect_uris = urls(&value, "\"https://app.example.com/callback\"");
    }
    if let Some(value) = found("allowed_origins") {
        policy.allowed_origins = urls(&value, "\"https://app.example.com\"");
    }
}

fn put<T>(field: &mut T, read: Option<T>) {
    if let Some(read) = read {
        *field = read;
    }
}

/// A list of grants; none where one of them is wrong.
pub(super) fn grants(value: &Value<'_>) -> Option<BTreeSet<GrantType>> {
    let entries = value.list("[\"authorization_code\", \"refresh_token\"]")?;
    let grants: Vec<_> = entries.iter().map(|entry| entry.choice("a grant", &GRANTS)).collect();
    grants.into_iter().collect()
}

pub(super) fn scope(value: &Value<'_>) -> Option<Scope> {
    value.word("words separated by spaces, such as \"read write\"")
}

/// URLs that nobody on the way can read or change: `https`, or of this machine.
fn urls<T: FromStr<Err: Display> + Display>(value: &Value<'_>, example: &str) -> Vec<T> {
    let url = |entry: Value<'_>| {
        let url: T = entry.word(example)?;
        if in_the_clear(&url.to_string()) {
            let shown = entry.shown();
            entry.wrong(format!(
                "{shown} is plain http, which everybody on the way can read: write https, or \
                 http with 127.0.0.1, [::1] or localhost while you develop"
            ));
        }
        Some(url)
    };
    let entries = value.list(&format!("[{example}]")).unwrap_or_default();
    entries.into_iter().filter_map(url).collect()
}

fn in_the_clear(url: &str) -> bool {
    let Ok(uri) = Uri::parse(url) else { return false };
    let host = uri.authority().map(|at| at.host().trim_matches(['[', ']'])).unwrap_or_default();
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    uri.scheme().as_str().eq_ignore_ascii_case("http") && !loopback
}
