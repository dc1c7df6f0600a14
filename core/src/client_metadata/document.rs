//! A JSON object, member by member. What is not asked for is not looked at (RG-14).

use std::fmt;

use serde_json::{Map, Value};

use crate::error::{Error, MetadataFault};
use crate::types::{limits, object};

/// The members of a document.
pub struct Document(Map<String, Value>);

/// A client that changes itself shows its secret in here.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").finish_non_exhaustive()
    }
}

type Read<T> = Result<T, MetadataFault>;

impl Document {
    /// Reads the text: one object, in which no member stands twice.
    ///
    /// # Errors
    /// [`MetadataFault`] for everything else.
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        let rule = "is a JSON object of at most 32 KiB, in which no member stands twice";
        let small = Some(text).filter(|text| text.len() <= limits::CLIENT_METADATA);
        let members = small.and_then(object::<Map<String, Value>>);
        members.map(Self).ok_or(MetadataFault { field: "the metadata", rule }.into())
    }

    /// All members but the client's secret.
    pub fn said(&self) -> Map<String, Value> {
        let open = |(name, _): &(&String, &Value)| *name != "client_secret";
        self.0.iter().filter(open).map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// A member that is there. RFC 7592 §2.2: null is as if it were not; so are empty texts, which
    /// libraries send for what they have not.
    fn find(&self, field: &str) -> Option<&Value> {
        self.0.get(field).filter(|value| !value.is_null() && **value != "")
    }

    /// Whether a member is there.
    pub fn has(&self, field: &str) -> bool {
        self.find(field).is_some()
    }

    /// A member that is a text.
    ///
    /// # Errors
    /// When it is something else.
    pub fn text(&self, field: &'static str) -> Read<Option<&str>> {
        let wrong = MetadataFault { field, rule: "is a text" };
        self.find(field).map(|value| value.as_str().ok_or(wrong)).transpose()
    }

    /// Whether a member is there and true.
    ///
    /// # Errors
    /// When it is something else than true or false.
    pub(super) fn flag(&self, field: &'static str) -> Read<bool> {
        let wrong = MetadataFault { field, rule: "is true or false" };
        self.find(field).map_or(Ok(false), |value| value.as_bool().ok_or(wrong))
    }

    /// A member that is a list of texts.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn texts(&self, field: &'static str) -> Read<Option<Vec<&str>>> {
        let wrong = MetadataFault { field, rule: "is a list of at most 20 texts" };
        let Some(value) = self.find(field) else { return Ok(None) };
        let entries = value.as_array().filter(|all| all.len() <= limits::LISTED).ok_or(wrong)?;
        let texts = entries.iter().map(|entry| entry.as_str().ok_or(wrong));
        texts.collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// A member that is an object, as its text.
    pub(super) fn object(&self, field: &'static str) -> Read<Option<String>> {
        let wrong = MetadataFault { field, rule: "is an object" };
        let Some(value) = self.find(field) else { return Ok(None) };
        if value.is_object() { Ok(Some(value.to_string())) } else { Err(wrong) }
    }
}
