//! The public keys of a client, by which it signs what proves who it is (RFC 7517 §5).

use std::{fmt, str::FromStr, sync::Arc};

use serde::Deserialize;
use serde_json::json;

use super::{AssertionAlg, client_key::ClientKey, limits, object::Members};

/// The keys by which a client signs its assertions, as a JWK Set: registered with it, and looked at by
/// nobody else. Read strictly (CA-15): who registers a key that is weak, private, or of another kind than
/// it says hears of it then, and not when somebody has broken it.
#[derive(Clone)]
pub struct ClientKeys(Arc<[ClientKey]>);

/// A text that is no JWK Set of a client's public keys: which key, and what is demanded of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidKeys {
    /// The key's place in the list, from 0; none where the whole is wrong.
    pub key: Option<usize>,
    /// What is demanded.
    pub rule: &'static str,
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Members>,
}

/// The list of keys, none of which has been looked at.
fn set(text: &str) -> Result<JwkSet, InvalidKeys> {
    let whole = |rule| InvalidKeys { key: None, rule };
    if text.len() > limits::JWKS {
        return Err(whole("takes at most 16 KiB"));
    }
    let rule = "is a JSON object with a list of keys, in which no member stands twice";
    // serde would also take a list for an object.
    let set = text.trim_start().starts_with('{').then(|| serde_json::from_str::<JwkSet>(text));
    set.and_then(Result::ok).ok_or(whole(rule))
}

impl ClientKeys {
    /// The keys.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &ClientKey> {
        self.0.iter()
    }

    /// Those keys of a document that can be used; none where it is no JWK Set. RFC 7517 §5: "Implementations SHOULD
    /// ignore JWKs within a JWK Set that use "kty" … values that are not understood by them", that are missing
    /// members, or whose values are out of range. Of two with one name the first counts, and no more than 20 do.
    pub(crate) fn usable(text: &str) -> Option<Self> {
        let set = set(text).ok()?;
        let mut keys: Vec<ClientKey> = Vec::new();
        for Members(jwk) in set.keys {
            let Ok(key) = ClientKey::read(&jwk) else { continue };
            let again = key.id().is_some() && keys.iter().any(|other| other.id() == key.id());
            if !again && keys.len() < limits::LISTED {
                keys.push(key);
            }
        }
        Some(Self(keys.into()))
    }

    /// The key that a JWT is to be verified by. One that says no `kid` means the only key of its algorithm.
    pub(crate) fn find(&self, kid: Option<&str>, alg: &str) -> Option<&ClientKey> {
        let alg = AssertionAlg::named(alg);
        let mut fitting = self.iter().filter(|key| Some(key.alg()) == alg);
        match kid {
            Some(kid) => fitting.find(|key| key.id() == Some(kid)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
    }
}

impl FromStr for ClientKeys {
    type Err = InvalidKeys;

    /// Reads a JWK Set. What is not needed of a key is not kept.
    fn from_str(text: &str) -> Result<Self, InvalidKeys> {
        let set = set(text)?;
        if !(1..=limits::LISTED).contains(&set.keys.len()) {
            return Err(InvalidKeys { key: None, rule: "holds 1 to 20 keys" });
        }
        let mut keys: Vec<ClientKey> = Vec::with_capacity(set.keys.len());
        for (at, Members(jwk)) in set.keys.into_iter().enumerate() {
            let wrong = |rule| InvalidKeys { key: Some(at), rule };
            let key = ClientKey::read(&jwk).map_err(wrong)?;
            // RFC 7517 §4.5: which of two a JWT means, nobody could tell.
            if key.id().is_some() && keys.iter().any(|other| other.id() == key.id()) {
                return Err(wrong("has a kid of its own"));
            }
            keys.push(key);
        }
        Ok(Self(keys.into()))
    }
}

/// The JWK Set, which is read as it was.
impl fmt::Display for ClientKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.iter().map(ClientKey::jwk).collect();
        write!(f, "{}", json!({ "keys": keys }))
    }
}

impl fmt::Debug for ClientKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for ClientKeys {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for ClientKeys {}

impl fmt::Display for InvalidKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key {
            Some(at) => write!(f, "key {at} of the JWK Set {}", self.rule),
            None => write!(f, "a JWK Set {}", self.rule),
        }
    }
}

#[cfg(test)]
#[path = "client_keys_tests.rs"]
mod tests;
