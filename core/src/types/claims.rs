//! Claims: what is said of a user, and what a client asks to hear.

use std::{fmt, str::FromStr};

use serde_json::{Map, Value};

use super::{InvalidWord, Subject, limits};

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
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ClaimsRequest {
    /// Claims that the ID token is to hold.
    pub id_token: Box<[Box<str>]>,
    /// Claims that userinfo is to tell.
    pub userinfo: Box<[Box<str>]>,
    /// Classes of authentication of which the ID token must name one (§5.5.1.1).
    pub essential_acr: Box<[Box<str>]>,
    /// Whom the ID token must speak of.
    pub sub: Option<Subject>,
    /// The parameter as it was sent.
    pub text: Box<str>,
}

/// The names alone, as of [`ClaimSet`].
impl fmt::Debug for ClaimsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimsRequest")
            .field("id_token", &self.id_token)
            .field("userinfo", &self.userinfo)
            .finish_non_exhaustive()
    }
}

impl FromStr for ClaimsRequest {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        const RULE: InvalidWord = InvalidWord::new("claims is a JSON object of objects");
        if text.len() > limits::CLAIMS_PARAMETER {
            return Err(RULE);
        }
        let whole: Map<String, Value> = serde_json::from_str(text).map_err(|_| RULE)?;
        let empty = Map::new();
        let member = |name: &str| match whole.get(name) {
            None | Some(Value::Null) => Ok(&empty),
            Some(Value::Object(claims)) if claims.len() <= limits::SCOPE_TOKENS => Ok(claims),
            Some(_) => Err(RULE),
        };
        let (id_token, userinfo) = (member("id_token")?, member("userinfo")?);
        let all = id_token.values().chain(userinfo.values());
        if !all.clone().all(|how| how.is_null() || how.is_object()) {
            return Err(RULE);
        }
        let names =
            |claims: &Map<String, Value>| claims.keys().map(|name| (**name).into()).collect();
        let acr = id_token.get("acr").filter(|acr| acr["essential"] == true);
        // OpenID Connect Core §3.1.2.2: one that is nobody must not be as if none were named.
        let sub = id_token.get("sub").and_then(|sub| sub.get("value"));
        let sub = sub.map(|sub| sub.as_str().and_then(|sub| sub.parse().ok()).ok_or(RULE));
        Ok(Self {
            id_token: names(id_token),
            userinfo: names(userinfo),
            essential_acr: acr.map(values).unwrap_or_default(),
            sub: sub.transpose()?,
            text: text.into(),
        })
    }
}

/// The texts that would do (§5.5.1).
fn values(how: &Value) -> Box<[Box<str>]> {
    let many = how["values"].as_array().into_iter().flatten();
    many.chain([&how["value"]]).filter_map(Value::as_str).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tk_25_what_the_server_says_itself_nobody_else_says() {
        let mut claims = ClaimSet::new();
        for name in RESERVED_CLAIMS {
            assert_eq!(claims.insert(name, 1), Err(InvalidClaims::Reserved((*name).into())));
        }
        assert!(claims.is_empty());
        claims.insert("email", "a@example.com").unwrap();
        assert_eq!(claims.value("email"), Some(&"a@example.com".into()));
        assert_eq!(format!("{claims:?}"), "ClaimSet([\"email\"])");
    }

    #[test]
    fn claims_have_a_size_and_what_does_not_fit_changes_nothing() {
        let mut claims = ClaimSet::new();
        claims.insert("a", "x".repeat(limits::CLAIMS - 8)).unwrap();
        let before = claims.clone();
        assert_eq!(claims.insert("b", 1), Err(InvalidClaims::TooLarge));
        assert_eq!(claims.insert("a", "x".repeat(limits::CLAIMS)), Err(InvalidClaims::TooLarge));
        assert_eq!(claims, before);
    }

    #[test]
    fn a_claims_parameter_is_taken_apart() {
        let text = r#"{"userinfo":{"name":null,"email":{"essential":true}},"x":1,
            "id_token":{"acr":{"essential":true,"values":["a","b"]},"sub":{"value":"alice"}}}"#;
        let asked: ClaimsRequest = text.parse().unwrap();
        let list =
            |names: &[Box<str>]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        assert_eq!(list(&asked.userinfo), ["email", "name"]);
        assert_eq!(list(&asked.id_token), ["acr", "sub"]);
        assert_eq!(list(&asked.essential_acr), ["a", "b"]);
        assert_eq!(asked.sub, Some("alice".parse().unwrap()));
        assert_eq!("{}".parse::<ClaimsRequest>().unwrap().id_token.len(), 0);
        for bad in ["", "[]", "1", r#"{"id_token":1}"#, r#"{"userinfo":{"name":1}}"#, "{"]
            .into_iter()
            .chain([r#"{"id_token":{"sub":{"value":""}}}"#, r#"{"id_token":{"sub":{"value":1}}}"#])
        {
            assert!(bad.parse::<ClaimsRequest>().is_err(), "{bad}");
        }
        let deep = format!(r#"{{"id_token":{}1{}}}"#, "[".repeat(2000), "]".repeat(2000));
        assert!(deep.parse::<ClaimsRequest>().is_err(), "PL-05");
    }
}
