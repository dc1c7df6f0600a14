//! Verification of access tokens. What a token says of keys beside `kid` is not read.

use std::{fmt, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::ports::VerifyingKey;
use crate::types::{Audience, ClientId, Issuer, Scope, Subject, TicketId, Timestamp, limits};

/// A token whose shape is that of a JWS of three parts (RFC 7515 §3.1); nothing in it is believed.
pub struct Untrusted<'a> {
    /// What is signed: header, dot, payload.
    signed: &'a str,
    header: Header,
    payload: Payload,
    signature: Vec<u8>,
}

/// What a verified access token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Of whom it speaks.
    pub subject: Subject,
    /// Who may use it.
    pub client: ClientId,
    /// What it is good for.
    pub scope: Scope,
    /// The grant it comes from; none for a client on its own behalf.
    pub grant: Option<TicketId>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
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

/// Ill-typed is not the same as absent: a wrong type fails to parse (CA-10).
#[derive(Deserialize)]
struct Payload {
    iss: String,
    sub: String,
    aud: OneOrMany,
    exp: u64,
    iat: u64,
    #[serde(default, deserialize_with = "there")]
    nbf: Option<u64>,
    client_id: String,
    #[serde(default)]
    scope: String,
    #[serde(default, deserialize_with = "there")]
    gid: Option<String>,
}

/// A member that is there has a value: `null` is not the same as absent either.
fn there<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}

/// RFC 7519 §4.1.3
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl<'a> Untrusted<'a> {
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

    /// Who it says issued it.
    pub fn issuer(&self) -> &str {
        &self.payload.iss
    }
}

/// Verifies an access token: RFC 9068 §4, RFC 8725.
pub fn verify(
    token: &Untrusted<'_>,
    keys: &[Arc<VerifyingKey>],
    issuer: &Issuer,
    audience: &Audience,
    now: Timestamp,
) -> Option<Claims> {
    let Untrusted { signed, header, payload, signature } = token;
    // RFC 9068 §4: "verify that the typ header value is at+jwt or application/at+jwt"
    let typ = matches!(header.typ.as_str(), "at+jwt" | "application/at+jwt");
    let key = keys.iter().find(|key| key.key_id() == header.kid)?;
    // RFC 8725 §3.1: the algorithm is the key's, whatever the token says.
    let named = header.alg == key.alg().as_str() && header.crit.is_none();
    if !typ || !named || !key.verifies(signed.as_bytes(), signature) {
        return None;
    }
    let (issued_at, expires_at) =
        (Timestamp::from_secs(payload.iat), Timestamp::from_secs(payload.exp));
    let begins = payload.nbf.map_or(issued_at, Timestamp::from_secs);
    // The same clock issued it, give or take that of another node.
    let current = now < expires_at && begins <= now.plus(limits::LEEWAY);
    if payload.iss != issuer.as_str() || !payload.aud.names(audience) || !current {
        return None;
    }
    Some(Claims {
        subject: payload.sub.parse().ok()?,
        client: payload.client_id.parse().ok()?,
        scope: payload.scope.parse().ok()?,
        grant: payload.gid.as_deref().map(grant).transpose().ok()?,
        issued_at,
        expires_at,
    })
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

fn grant(text: &str) -> Result<TicketId, ()> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(drop)?;
    bytes.try_into().map(TicketId::from_bytes).map_err(drop)
}

impl OneOrMany {
    fn names(&self, audience: &Audience) -> bool {
        match self {
            Self::One(one) => one == audience.as_str(),
            Self::Many(many) => many.iter().any(|one| one == audience.as_str()),
        }
    }
}
