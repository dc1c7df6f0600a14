//! An API that tokens are for.

use std::time::Duration;

use super::{Audience, Audiences, Scope};

/// An API that a tenant's tokens are for: what clients may name as `resource` (RFC 8707 §2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resource {
    /// The audience that its guard demands, and the text that clients name it by.
    pub audience: Audience,
    /// The scope that it knows.
    pub scope: Scope,
    /// How long access tokens for it are valid: 1 s to 24 h. Default: as long as the tenant says of all.
    pub access_token_lifetime: Option<Duration>,
}

impl Resource {
    /// An API of this audience, which knows this scope.
    pub fn new(audience: Audience, scope: Scope) -> Self {
        Self { audience, scope, access_token_lifetime: None }
    }
}

/// What an access token is good for, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Whom it is meant for.
    pub audience: Audiences,
    /// What it is good for there.
    pub scope: Scope,
}
