//! JSON objects in which no member stands twice (JW-10).

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

/// The members of an object. serde would also take a list, and the last of two members.
pub(crate) struct Members(pub(crate) Map<String, Value>);

/// Reads an object into what we know of it.
pub(crate) fn object<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    let Members(members) = serde_json::from_slice(text).ok()?;
    serde_json::from_value(Value::Object(members)).ok()
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        struct Unique;
        impl<'de> Visitor<'de> for Unique {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Members, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = from.next_entry()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("a member stands twice"));
                    }
                }
                Ok(Members(members))
            }
        }
        value.deserialize_map(Unique)
    }
}
