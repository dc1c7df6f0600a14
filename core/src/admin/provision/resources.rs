//! `[[tenants.*.resources]]`.

use std::collections::BTreeSet;

use super::{duration, fields, table::Table, value::Value};
use crate::types::{Audience, Resource};

const FIELDS: &[&str] = &["audience", "scope", "access_token_lifetime"];

/// The APIs of a tenant: an empty list where the file names none, nothing where one is wrong.
pub(super) fn read(tenant: &Table<'_>) -> Option<Box<[Resource]>> {
    let Some(value) = tenant.find("resources") else { return Some(Box::default()) };
    let entries = value.list(&format!("[[{}]], once for each API", value.path()))?;
    let mut taken = BTreeSet::new();
    // All are read before one of them counts, so that each says what is wrong with it.
    let read: Vec<_> = entries.into_iter().map(|value| resource(value, &mut taken)).collect();
    read.into_iter().collect()
}

fn resource(value: Value<'_>, taken: &mut BTreeSet<Audience>) -> Option<Resource> {
    let table = Table::with(value, FIELDS)?;
    let example = "the URL of the API, such as \"https://api.example.com\"";
    let audience = table.demand("audience", "audience = \"https://api.example.com\", its URL");
    let audience = audience.and_then(|value| value.word::<Audience>(example));
    let scope = table.demand("scope", "scope = \"read write\", the words that the API knows");
    let scope = scope.and_then(|value| fields::scope(&value));
    let lifetime = table.find("access_token_lifetime").map(|value| duration::read(&value));
    // What is there and wrong is said; the API counts for the rest of the file all the same.
    let lifetime = lifetime.flatten();
    let (audience, scope) = (audience?, scope?);
    if !taken.insert(audience.clone()) {
        let message =
            "is described twice: leave one of the two out, and give its scope to the other";
        table.wrong("audience", format!("\"{audience}\" {message}"));
        return None;
    }
    let mut resource = Resource::new(audience, scope);
    resource.access_token_lifetime = lifetime;
    Some(resource)
}
