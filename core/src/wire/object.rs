//! A JSON object, written member by member.

use bytes::Bytes;
use serde_json::Value;

use super::json::USUAL;
use crate::error::Error;

/// An object whose texts are mostly tokens, which are long and hold nothing to escape: to see that of a
/// block at once costs a tenth of looking at each byte, and that is most of the time an answer takes.
pub(super) struct Object(Vec<u8>);

impl Object {
    /// One without members.
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(USUAL))
    }

    /// A text.
    pub(super) fn string(&mut self, name: &'static str, text: &str) -> Result<(), Error> {
        self.name(name);
        if is_plain(text.as_bytes()) {
            self.0.push(b'"');
            self.0.extend_from_slice(text.as_bytes());
            self.0.push(b'"');
            return Ok(());
        }
        serde_json::to_writer(&mut self.0, text).map_err(|_| Error::Internal)
    }

    /// A number.
    pub(super) fn number(&mut self, name: &'static str, number: u64) -> Result<(), Error> {
        self.name(name);
        serde_json::to_writer(&mut self.0, &number).map_err(|_| Error::Internal)
    }

    /// Anything, by a name of the host's.
    pub(super) fn value(&mut self, name: &str, value: &Value) -> Result<(), Error> {
        self.comma();
        serde_json::to_writer(&mut self.0, name).map_err(|_| Error::Internal)?;
        self.0.push(b':');
        serde_json::to_writer(&mut self.0, value).map_err(|_| Error::Internal)
    }

    /// The object.
    pub(super) fn end(mut self) -> Bytes {
        self.0.extend_from_slice(if self.0.is_empty() { b"{}" } else { b"}" });
        self.0.into()
    }

    /// Names are ours, and need no escape.
    fn name(&mut self, name: &'static str) {
        self.comma();
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    fn comma(&mut self) {
        self.0.push(if self.0.is_empty() { b'{' } else { b',' });
    }
}

/// Whether a text stands in JSON as it is (RFC 8259 §7). No early end, so that it is done in blocks.
fn is_plain(text: &[u8]) -> bool {
    let escaped = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    !text.iter().fold(false, |found, byte| found | escaped(byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_written_is_read_again(one: String, other: String, number: u64, own in "(?s)x.*") {
            let mut object = Object::new();
            object.string("one", &one).unwrap();
            object.number("number", number).unwrap();
            object.string("other", &other).unwrap();
            object.value(&own, &json!([other, {"number": number}])).unwrap();
            let read: Value = serde_json::from_slice(&object.end()).unwrap();
            let hosts = json!([other, {"number": number}]);
            prop_assert_eq!(read, json!({"one": one, "number": number, "other": other, own: hosts}));
        }
    }

    #[test]
    fn texts_are_written_as_others_write_them() {
        let bytes = (0..=0x7f_u8).map(char::from);
        for text in bytes.flat_map(|byte| [byte.to_string(), format!("a{byte}z")]) {
            let mut object = Object::new();
            object.string("a", &text).unwrap();
            assert_eq!(object.end(), json!({"a": text}).to_string());
        }
        assert_eq!(Object::new().end(), "{}");
    }
}
