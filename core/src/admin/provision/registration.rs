//! `[tenants.*.policy.registration]`.

use super::{duration, fields, policy::put, table::Table, value::Value};
use crate::types::RegistrationPolicy;

const FIELDS: &[&str] =
    &["access", "grants", "scope", "step_up", "limit", "documents", "unused_lifetime"];

/// What a tenant allows of clients that register themselves, and the table that says so.
pub(super) fn read(value: Value<'_>) -> Option<(RegistrationPolicy, Table<'_>)> {
    let table = Table::with(value, FIELDS)?;
    let mut registration = RegistrationPolicy::default();
    // Each by its name, so that no new field is forgotten here.
    let RegistrationPolicy { access, grants, scope, step_up, limit, documents, unused_lifetime } =
        &mut registration;
    put(access, table.find("access").and_then(|value| value.kind("a way to register")));
    put(grants, table.find("grants").and_then(|value| fields::grants(&value)));
    put(scope, table.find("scope").and_then(|value| fields::scope(&value)));
    put(step_up, table.find("step_up").and_then(|value| value.flag()));
    put(limit, table.find("limit").and_then(|value| value.number()));
    put(documents, table.find("documents").and_then(|value| value.flag()));
    put(unused_lifetime, table.find("unused_lifetime").and_then(|value| duration::read(&value)));
    Some((registration, table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_shows_every_field() {
        let example = include_str!("../../../../examples/provision.toml");
        let registration = example.split("[tenants.acme.policy.registration]").nth(1);
        for field in FIELDS {
            let written = format!("\n{field} = ");
            assert!(registration.is_some_and(|text| text.contains(&written)), "{field}");
        }
    }
}
