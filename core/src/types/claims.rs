//! Claims: what is said of a user, and what a client asks to hear.

use std::fmt;

use serde_json::{Map, Value};

use super::limits;

/// What is said of a user or a token beside what this server says itself: names and JSON values. Prints
/// the names alone.
#[derive(Clone, Default, PartialEq)]
pub struct ClaimSet(Map<String, Value>);

impl Eq for ClaimSet {}

/// Claims that cannot be said: a reserved name, or too much.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClaims {
    /// What this server says itself, of every token (TK-25).
    #[error("{0} is said by the server itself")]
    Reserved(Box<str>),
    /// More than a token or answer should carry.
    #[error("claims take at most {} bytes as JSON", limits::CLAIMS)]
    TooLarge,
}

/// What nobody but this server says of a token (RFC 7519 §4.1, RFC 9068 §2.2, OpenID Connect Core §2).
pub const RESERVED_CLAIMS: &[&str] = &[
    "acr",
    "act",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "exp",
    "gid",
    "iat",
    "iss",
    "jti",
    "may_act",
    "nbf",
    "nonce",
    "s_hash",
    "scope",
    "sid",
    "sub",
    "sub_jwk",
];

impl ClaimSet {
    /// No claims.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says one more thing. What was said by that name before is no more.
    ///
    /// # Errors
    /// When the name is one of [`RESERVED_CLAIMS`], or all of it would be too large.
    pub fn insert(&mut self, name: &str, value: impl Into<Value>) -> Result<(), InvalidClaims> {
        if RESERVED_CLAIMS.contains(&name) {
            return Err(InvalidClaims::Reserved(name.into()));
        }
        let old = self.0.insert(name.to_owned(), value.into());
        if serde_json::to_vec(&self.0).is_ok_and(|text| text.len() <= limits::CLAIMS) {
            return Ok(());
        }
        match old {
            Some(old) => self.0.insert(name.to_owned(), old),
            None => self.0.remove(name),
        };
        Err(InvalidClaims::TooLarge)
    }

    /// Says something no more. Returns what was said.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// What is said by this name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Map<String, Value>> for ClaimSet {
    type Error = InvalidClaims;

    fn try_from(map: Map<String, Value>) -> Result<Self, InvalidClaims> {
        let mut claims = Self::new();
        for (name, value) in map {
            claims.insert(&name, value)?;
        }
        Ok(claims)
    }
}

impl fmt::Debug for ClaimSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClaimSet").field(&self.0.keys().collect::<Vec<_>>()).finish()
    }
}

/// The `claims` parameter (OpenID Connect Core §5.5), as far as this server knows what to do with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsRequest {
    /// Claims that the ID token is to hold.
    pub id_token: Box<[Box<str>]>,
    /// Claims that userinfo is to tell.
    pub userinfo: Box<[Box<str>]>,
    /// Classes of authentication of which the ID token must name one (§5.5.1.1).
    pub essential_acr: Box<[Box<str>]>,
    /// Whom the ID token must speak of.
    pub sub: Option<Box<str>>,
    /// Whether the ID token must say when the user signed in; it always does.
    pub text: Box<str>,
}
