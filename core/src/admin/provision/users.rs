//! `[tenants.*.users.*]`.

use std::{collections::BTreeMap, ops::Range};

use super::{
    FirstPassword, UserPlan, claims,
    given::{self, Given},
    table::Table,
    value::Value,
};
use crate::passwords;
use crate::types::{Password, Username, limits};

const FIELDS: &[&str] = &["password", "claims", "disabled"];

/// The users of one tenant. What is not right is noted, and left out.
pub(super) fn read(value: Value<'_>) -> Vec<UserPlan> {
    let Some(users) = Table::of(value) else { return Vec::new() };
    let mut entries = users.entries();
    // The file's order, so that of two spellings the second is the mistake.
    entries.sort_by_key(|(_, value)| value.key.start);
    let mut taken = BTreeMap::new();
    let user = |(name, value)| user(name, value, &mut taken);
    entries.into_iter().filter_map(user).collect()
}

fn user(
    name: &str,
    value: Value<'_>,
    taken: &mut BTreeMap<Box<str>, Range<usize>>,
) -> Option<UserPlan> {
    let canonical = canonical(name, &value, taken);
    let table = Table::named(value, FIELDS)?;
    let disabled = table.find("disabled").and_then(|value| value.flag());
    let source = "password = { env = \"NAME\" }, naming the environment variable that holds it";
    let password = table.demand("password", source).and_then(password);
    let claims = table.find("claims").and_then(claims::read).unwrap_or_default();
    Some(UserPlan { username: canonical?, password: password?, claims, disabled })
}

fn canonical(
    name: &str,
    value: &Value<'_>,
    taken: &mut BTreeMap<Box<str>, Range<usize>>,
) -> Option<Box<str>> {
    let username: Username = match name.parse() {
        Ok(username) => username,
        Err(rule) => {
            value.wrong_name(format!("this cannot name a user: {rule}"));
            return None;
        }
    };
    let Some(canonical) = username.canonical() else {
        value.wrong_name(
            "this user name has no canonical form by RFC 8265: use letters, digits and . _ @ -",
        );
        return None;
    };
    if let Some(first) = taken.insert(canonical.into(), value.key.clone()) {
        let line = value.file.line(first.start);
        value.wrong_name(format!(
            "this is the user of line {line} in another spelling, since names are compared without \
             regard to case and width: leave one of them out"
        ));
        return None;
    }
    Some(canonical.into())
}

fn password(value: Value<'_>) -> Option<FirstPassword> {
    match given::read(value, Some("phc"))? {
        Given::Plain(text, source) => {
            if !(1..=limits::PASSWORD).contains(&text.len()) {
                let most = limits::PASSWORD;
                source
                    .wrong(format!("this password is not 1 to {most} bytes long: choose another"));
                return None;
            }
            Some(FirstPassword::Plain(Password::from(text.as_str())))
        }
        Given::Hashed(phc, source) => {
            if let Err(rule) = passwords::check(phc) {
                source.wrong(format!(
                    "does not fit: {rule}; or give the password itself by env, file or value"
                ));
                return None;
            }
            Some(FirstPassword::Hashed(phc.into()))
        }
    }
}
