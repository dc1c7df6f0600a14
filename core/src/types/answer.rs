//! Answers before rendering.

use std::time::Duration;

use super::{AccessToken, Code, RefreshToken, Scope};

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
}

/// A code that was issued on the direct API.
#[derive(Clone, Debug)]
pub struct CodeAnswer {
    /// The code.
    pub code: Code,
}
