//! JWTs that were brought to us, taken apart (RFC 7515 §3.1).

use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::ports::VerifyingKey;
use crate::types::{Audience, limits};

/// A token whose shape is that of a JWS of three parts; nothing in it is believed.
pub struct Signed<'a, P> {
    /// What is signed: header, dot, payload.
    signed: &'a str,
    header: Header,
    /// What it says.
    pub(super) payload: P,
    signature: Vec<u8>,
}

/// Members that are not named here are ignored, `jku`, `x5u` and `jwk` among them.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
    typ: String,
    /// RFC 7515 §4.1.11: what we do not understand and must, we refuse.
    #[serde(default, deserialize_with = "there")]
    crit: Option<IgnoredAny>,
}

impl<'a, P: DeserializeOwned> Signed<'a, P> {
    /// Takes a token apart, strictly: three parts (JW-07), one spelling (JW-09), 16 KiB (JW-08).
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.len() > limits::JWT {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        Some(Self {
            signed,
            header: object(&decode(header)?)?,
            payload: object(&decode(payload)?)?,
            signature: decode(signature)?,
        })
    }

    /// Whether it is of one of these types, and signed by one of these keys. The algorithm is the key's,
    /// whatever the token says (RFC 8725 §3.1).
    pub(super) fn is_by(&self, keys: &[Arc<VerifyingKey>], types: &[&str]) -> bool {
        let Self { signed, header, signature, .. } = self;
        let named = |key: &&Arc<VerifyingKey>| key.key_id() == header.kid;
        let typ = types.contains(&header.typ.as_str()) && header.crit.is_none();
        keys.iter().find(named).is_some_and(|key| {
            typ && header.alg == key.alg().as_str() && key.verifies(signed.as_bytes(), signature)
        })
    }
}

/// A member that is there has a value: `null` is not the same as absent either.
pub(super) fn there<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    value: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// RFC 7519 §4.1.3
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// A JSON object (RFC 7519 §7.2) in which no member stands twice (JW-10), made into what we read of
/// it. serde would also take a list, and the last of two members.
fn object<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    let Members(members) = serde_json::from_slice(text).ok()?;
    serde_json::from_value(Value::Object(members)).ok()
}

struct Members(Map<String, Value>);

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

impl OneOrMany {
    pub(super) fn names(&self, audience: &Audience) -> bool {
        self.all().any(|one| one == audience.as_str())
    }

    /// Everybody who is named.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        let (one, many) = match self {
            Self::One(one) => (Some(one), &[][..]),
            Self::Many(many) => (None, &many[..]),
        };
        one.into_iter().chain(many).map(String::as_str)
    }

    /// The one that is named, if it is one.
    pub(super) fn only(&self) -> Option<&str> {
        match self {
            Self::One(one) => Some(one),
            Self::Many(many) => match &many[..] {
                [one] => Some(one),
                _ => None,
            },
        }
    }
}
