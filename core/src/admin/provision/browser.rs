//! `[tenants.*.policy.browser]`.

use super::{duration, fields, policy::put, table::Table, value::Value};
use crate::types::{BrowserPolicy, Set};

const FIELDS: &[&str] = &[
    "name",
    "session_idle_lifetime",
    "session_lifetime",
    "session_ends_grants",
    "id_token_lifetime",
    "id_token_algs",
    "pushed_requests",
    "pushed_request_lifetime",
    "device_code_lifetime",
    "device_poll_interval",
    "scope_texts",
];

/// What a tenant allows of users in browsers, and the table that says so.
pub(super) fn read(value: Value<'_>) -> Option<(BrowserPolicy, Table<'_>)> {
    let table = Table::with(value, FIELDS)?;
    let mut browser = BrowserPolicy::default();
    fill(&mut browser, &table);
    Some((browser, table))
}

fn fill(browser: &mut BrowserPolicy, table: &Table<'_>) {
    // Each by its name, so that no new field is forgotten here.
    let BrowserPolicy {
        name,
        session_idle_lifetime,
        session_lifetime,
        session_ends_grants,
        id_token_lifetime,
        id_token_algs,
        pushed_requests,
        pushed_request_lifetime,
        device_code_lifetime,
        device_poll_interval,
        scope_texts,
    } = browser;
    let durations = [
        ("session_idle_lifetime", session_idle_lifetime),
        ("session_lifetime", session_lifetime),
        ("id_token_lifetime", id_token_lifetime),
        ("pushed_request_lifetime", pushed_request_lifetime),
        ("device_code_lifetime", device_code_lifetime),
        ("device_poll_interval", device_poll_interval),
    ];
    for (name, field) in durations {
        put(field, table.find(name).and_then(|value| duration::read(&value)));
    }
    *name = table.find("name").and_then(|v| v.text("\"Acme\"")).map(Into::into);
    put(session_ends_grants, table.find("session_ends_grants").and_then(|value| value.flag()));
    put(id_token_algs, table.find("id_token_algs").and_then(|value| fields::algs(&value)));
    if table.is_wrong("id_token_algs") {
        // So that no client misses one.
        *id_token_algs = Set::all();
    }
    let pushed = table.find("pushed_requests");
    put(pushed_requests, pushed.and_then(|value| value.kind("a rule for pushed requests")));
    if let Some(texts) = table.find("scope_texts").and_then(Table::of) {
        let words = "words for people, such as \"See your orders\"";
        let entry =
            |(token, value): (&str, Value<'_>)| Some((Box::from(token), value.text(words)?.into()));
        *scope_texts = texts.entries().into_iter().filter_map(entry).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_shows_every_field() {
        let example = include_str!("../../../../examples/provision.toml");
        let browser = example.split("[tenants.acme.policy.browser]").nth(1).unwrap_or_default();
        for field in FIELDS {
            assert!(browser.contains(&format!("\n{field} = ")), "{field}");
        }
    }
}
