//! `[tenants.*]`.

use super::{TenantPlan, clients, policy, table::Table, users, value::Value};
use crate::types::TenantId;

const FIELDS: &[&str] = &["disabled", "policy", "resources", "clients", "users"];

/// All tenants. What is not right is noted, and left out.
pub(super) fn read(value: Value<'_>) -> Vec<TenantPlan> {
    let Some(tenants) = Table::of(value.clone()) else { return Vec::new() };
    let entries = tenants.entries();
    if entries.is_empty() {
        value.wrong("names no tenant: write [tenants.acme], with a name of your own for acme");
    }
    entries.into_iter().filter_map(|(name, value)| tenant(name, value)).collect()
}

fn tenant(name: &str, value: Value<'_>) -> Option<TenantPlan> {
    let id = name.parse::<TenantId>();
    if let Err(rule) = &id {
        value.wrong_name(format!("{name:?} cannot name a tenant: {rule}"));
    }
    let table = Table::named(value, FIELDS)?;
    let disabled = table.find("disabled").and_then(|value| value.flag());
    let policy = policy::read(&table);
    let clients = table.find("clients").map(|value| clients::read(value, &policy));
    let users = table.find("users").map(users::read);
    Some(TenantPlan {
        id: id.ok()?,
        disabled,
        policy,
        clients: clients.unwrap_or_default(),
        users: users.unwrap_or_default(),
    })
}
