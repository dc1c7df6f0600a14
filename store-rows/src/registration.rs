//! What a policy says of clients that register themselves, and what is kept of one that did.

use std::time::Duration;

use grantry::types::{GrantType, Registration, RegistrationPolicy, SecretHash, Timestamp};
use serde::{Deserialize, Serialize};

use super::parsed;
use crate::Invalid;

#[derive(Deserialize, Serialize)]
pub struct RegistrationRow {
    access: String,
    grants: Vec<String>,
    scope: String,
    /// Rows of before do not have it, nor the one below.
    #[serde(default)]
    step_up: bool,
    limit: u32,
    #[serde(default)]
    documents: bool,
    unused_lifetime: Duration,
}

impl RegistrationRow {
    pub(super) fn keep(policy: &RegistrationPolicy) -> Self {
        Self {
            access: policy.access.as_str().to_owned(),
            grants: policy.grants.iter().map(|grant| grant.as_str().to_owned()).collect(),
            scope: policy.scope.to_string(),
            step_up: policy.step_up,
            limit: policy.limit,
            documents: policy.documents,
            unused_lifetime: policy.unused_lifetime,
        }
    }

    pub(super) fn restore(self) -> Result<RegistrationPolicy, Invalid> {
        let mut policy = RegistrationPolicy::default();
        policy.access = self.access.parse()?;
        policy.grants = parsed::<GrantType, _>(&self.grants)?;
        policy.scope = self.scope.parse()?;
        policy.step_up = self.step_up;
        policy.limit = self.limit;
        policy.documents = self.documents;
        policy.unused_lifetime = self.unused_lifetime;
        Ok(policy)
    }
}

#[derive(Deserialize, Serialize)]
pub struct RegisteredRow {
    at: u64,
    /// The hash of its registration access token.
    token: [u8; 32],
    used: bool,
    native: bool,
}

impl RegisteredRow {
    pub(super) fn keep(of: &Registration) -> Self {
        let (at, token) = (of.at.as_millis(), *of.token.as_bytes());
        Self { at, token, used: of.used, native: of.native }
    }

    pub(super) fn restore(self) -> Registration {
        let (at, token) = (Timestamp::from_millis(self.at), SecretHash::from_bytes(self.token));
        let mut own = Registration::new(at, token);
        own.used = self.used;
        own.native = self.native;
        own
    }
}
