//! `[tenants.*.users.*.claims]`: what is known of a user.

use serde_json::{Map, Number, Value as Json};
use toml::de::DeValue;

use super::{table::Table, value::Value};
use crate::types::{ClaimSet, InvalidClaims};

/// What the file says of a user.
pub(super) fn read(value: Value<'_>) -> Option<ClaimSet> {
    let mut claims = ClaimSet::new();
    for (name, value) in Table::of(value.clone())?.entries() {
        let Some(json) = json(&value) else { continue };
        match claims.insert(name, json) {
            Ok(()) => {}
            Err(rule @ InvalidClaims::Reserved(_)) => {
                value.wrong_name(format!("{rule}: leave this line out"));
            }
            Err(rule @ InvalidClaims::TooLarge) => {
                value.wrong(format!("this is too much: {rule}"));
            }
        }
    }
    Some(claims)
}

/// A value of TOML as one of JSON, if JSON has it.
fn json(value: &Value<'_>) -> Option<Json> {
    let json = match value.value {
        DeValue::String(text) => Some(Json::String(text.to_string())),
        DeValue::Boolean(flag) => Some(Json::Bool(*flag)),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok().map(Json::from)
        }
        DeValue::Float(number) => {
            number.as_str().parse().ok().and_then(Number::from_f64).map(Json::Number)
        }
        DeValue::Datetime(_) => None,
        DeValue::Array(_) => {
            let entries = value.list("[\"one\", \"other\"]")?;
            return entries.iter().map(json).collect::<Option<_>>().map(Json::Array);
        }
        DeValue::Table(_) => {
            let entries = Table::of(value.clone())?.entries();
            let entry = |(name, value): (&str, Value<'_>)| Some((name.to_owned(), json(&value)?));
            return entries.into_iter().map(entry).collect::<Option<Map<_, _>>>().map(Json::Object);
        }
    };
    if json.is_none() {
        // Never the value: it is somebody's.
        value.wrong("JSON has no such value: write a date in quotes, and numbers that are finite");
    }
    json
}
