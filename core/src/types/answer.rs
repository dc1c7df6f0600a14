//! Answers before rendering.

use std::{fmt, time::Duration};

use serde_json::{Map, Value};

use super::{AccessToken, Code, IdToken, RefreshToken, Scope, SenderKey, limits};

/// Tokens that were issued (RFC 6749 §5.1).
#[derive(Clone, Debug)]
pub struct TokenAnswer {
    /// The access token.
    pub access_token: AccessToken,
    /// How long it is valid, rounded down to seconds on the wire.
    pub expires_in: Duration,
    /// The refresh token, where the grant has one.
    pub refresh_token: Option<RefreshToken>,
    /// What the access token is good for.
    pub scope: Scope,
    /// Who the user is, where the client asked for that (OpenID Connect Core §3.1.3.3).
    pub id_token: Option<IdToken>,
    /// The key that the access token is bound to (RFC 9449 §5); none for a bearer token.
    pub sender_key: Option<SenderKey>,
    /// What a grant of the host's own says beside.
    pub beside: ResponseParameters,
}

/// Parameters of a token response beside those of this server (RFC 6749 §11.2). Prints the names alone.
#[derive(Clone, Default, PartialEq)]
pub struct ResponseParameters(Map<String, Value>);

impl Eq for ResponseParameters {}

/// A parameter that cannot stand in a token response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidParameter {
    /// What this server says itself.
    #[error("{0} is said by the server itself")]
    Reserved(Box<str>),
    /// More than an answer should carry.
    #[error("parameters of a response take at most {} bytes as JSON", limits::CLAIMS)]
    TooLarge,
}

/// What this server says of tokens that it issues, and of those that it does not (RFC 6749 §5).
const OWN: [&str; 9] = [
    "access_token",
    "error",
    "error_description",
    "error_uri",
    "expires_in",
    "id_token",
    "refresh_token",
    "scope",
    "token_type",
];

impl ResponseParameters {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, in place of one of that name.
    ///
    /// # Errors
    /// When this server says it itself, or all of it would be more than 8 KiB of JSON.
    pub fn insert(&mut self, name: &str, value: impl Into<Value>) -> Result<(), InvalidParameter> {
        if OWN.contains(&name) {
            return Err(InvalidParameter::Reserved(name.into()));
        }
        let mut whole = self.0.clone();
        whole.insert(name.to_owned(), value.into());
        if serde_json::to_vec(&whole).is_ok_and(|text| text.len() <= limits::CLAIMS) {
            self.0 = whole;
            return Ok(());
        }
        Err(InvalidParameter::TooLarge)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Debug for ResponseParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResponseParameters").field(&self.0.keys().collect::<Vec<_>>()).finish()
    }
}

/// A code that was issued on the direct API.
#[derive(Clone, Debug)]
pub struct CodeAnswer {
    /// The code.
    pub code: Code,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tk_25_what_the_server_says_of_tokens_nobody_else_does() {
        let mut beside = ResponseParameters::new();
        for own in OWN {
            let reserved = InvalidParameter::Reserved(own.into());
            assert_eq!(beside.insert(own, "mine"), Err(reserved));
        }
        assert_eq!(beside.insert("issued_token_type", "one"), Ok(()));
        assert_eq!(beside.insert("issued_token_type", "other"), Ok(()));
        let long = "x".repeat(limits::CLAIMS);
        assert_eq!(beside.insert("long", long), Err(InvalidParameter::TooLarge));
        let kept: Vec<_> = beside.iter().collect();
        assert_eq!(kept, [("issued_token_type", &Value::from("other"))]);
        assert_eq!(format!("{beside:?}"), r#"ResponseParameters(["issued_token_type"])"#);
    }
}
