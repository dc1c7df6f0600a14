//! JWTs that were brought to us, taken apart (RFC 7515 §3.1).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};

use crate::ports::VerifyingKey;
use crate::types::{Audience, Members, limits, object};

/// A token whose shape is that of a JWS of three parts; nothing in it is believed.
pub struct Signed<'a, P> {
    /// What is signed: header, dot, payload.
    signed: &'a str,
    header: Header,
    /// What it says.
    pub(super) payload: P,
    signature: Vec<u8>,
}

/// The key that a token brings along: of a proof that somebody has it, and of nothing else (RFC 9449 §4.2).
#[derive(Deserialize)]
struct WithKey {
    jwk: Members,
}

/// Members that are not named here are ignored, `jku`, `x5u` and `jwk` among them.
#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default, deserialize_with = "there")]
    kid: Option<String>,
    #[serde(default, deserialize_with = "there")]
    typ: Option<String>,
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
        let named = |key: &&Arc<VerifyingKey>| self.kid() == Some(key.key_id());
        let typ = self.typ().is_some_and(|typ| types.contains(&typ)) && !self.is_critical();
        keys.iter().find(named).is_some_and(|key| {
            typ && self.alg() == key.alg().as_str() && key.verifies(self.signed(), self.signature())
        })
    }

    /// By which algorithm it says that it is signed.
    pub fn alg(&self) -> &str {
        &self.header.alg
    }

    /// By which key it says that it is.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// What it says that it is.
    pub(super) fn typ(&self) -> Option<&str> {
        self.header.typ.as_deref()
    }

    /// Whether there is something in its header that has to be understood; we understand nothing.
    pub(super) fn is_critical(&self) -> bool {
        self.header.crit.is_some()
    }

    /// The key that it brings along, if it does. Nothing of it is believed but that it is that key.
    pub(super) fn own_key(&self) -> Option<Members> {
        let (header, _) = self.signed.split_once('.')?;
        object::<WithKey>(&URL_SAFE_NO_PAD.decode(header).ok()?).map(|header| header.jwk)
    }

    /// What is signed.
    pub(super) fn signed(&self) -> &[u8] {
        self.signed.as_bytes()
    }

    pub(super) fn signature(&self) -> &[u8] {
        &self.signature
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
