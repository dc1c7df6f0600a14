//! Answers before rendering.

use std::time::Duration;

use super::{AccessToken, Code, IdToken, RefreshToken, Scope, SenderKey};

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
}

/// A code that was issued on the direct API.
#[derive(Clone, Debug)]
pub struct CodeAnswer {
    /// The code.
    pub code: Code,
}
