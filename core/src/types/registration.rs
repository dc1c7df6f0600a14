//! Clients that register themselves (RFC 7591): what a tenant allows of it, and what is kept of one that did.

use std::time::Duration;

use super::{
    GrantType, InvalidPolicy, Policy, Scope, SecretHash, Set, Timestamp, choices::choice, limits,
    policy::demand,
};

/// What a tenant allows of clients that register themselves. A tenant without one has no such clients.
///
/// ```
/// use grantry::types::{Policy, RegistrationPolicy};
///
/// let mut policy = Policy::new("https://api.example.com".parse()?);
/// // Whoever has an initial access token may register; see `Admin::mint_initial_access`.
/// let mut registration = RegistrationPolicy::default();
/// registration.scope = "openid offline_access".parse()?;
/// policy.registration = Some(registration.into());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegistrationPolicy {
    /// Who may register. Default: whoever has an initial access token.
    pub access: RegistrationAccess,
    /// The grants that such a client may use, of those that the tenant offers. Default: codes and refresh
    /// tokens.
    pub grants: Set<GrantType>,
    /// The scope that such a client may ask for, and gets where it names none. Default: nothing.
    pub scope: Scope,
    /// Whether one that names less of the scope may ask for all of it later all the same, so that it can step up
    /// what it has. Default: it may not.
    pub step_up: bool,
    /// How many such clients the tenant has at most. Default: 1,000; 1 to 100,000. They are counted whenever
    /// one registers.
    pub limit: u32,
    /// Whether clients may come without registering, whose id is the URL of a document that says who they are
    /// (draft-ietf-oauth-client-id-metadata-document). They get grants and scope as one that registered. The
    /// server needs a way to fetch them: see [`crate::ServerBuilder::fetch`]. Default: they may not.
    pub documents: bool,
    /// How long a client is kept that never got a token. Default: a day; a minute to a year.
    pub unused_lifetime: Duration,
}

/// Who may register a client (RFC 7591 §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegistrationAccess {
    /// Whoever has an initial access token.
    #[default]
    Token,
    /// Anybody.
    Open,
    /// Nobody: there is no endpoint for it.
    Closed,
}

choice!(
    /// The name in files and stores.
    RegistrationAccess,
    "a way to register",
    Token = "token",
    Open = "open",
    Closed = "closed",
);

/// What is kept of a client that registered itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Registration {
    /// When it did.
    pub at: Timestamp,
    /// The hash of what it changes and deletes itself by: its registration access token (RFC 7592 §3).
    pub token: SecretHash,
    /// Whether it ever got a token. One that never did is forgotten after a while.
    pub used: bool,
    /// Whether it says that it runs on its user's device (`application_type`, OpenID Connect Dynamic Client
    /// Registration §2).
    pub native: bool,
}

impl Default for RegistrationPolicy {
    fn default() -> Self {
        Self {
            access: RegistrationAccess::Token,
            grants: Set::from([GrantType::AuthorizationCode, GrantType::RefreshToken]),
            scope: Scope::default(),
            step_up: false,
            limit: 1000,
            documents: false,
            unused_lifetime: Duration::from_secs(24 * 3600),
        }
    }
}

impl RegistrationPolicy {
    /// Whether the fields agree with the bounds and with the tenant's policy. Each name is told as a file
    /// has it below `registration`.
    pub(super) fn check(&self, policy: &Policy) -> Result<(), InvalidPolicy> {
        demand(!self.grants.is_empty(), "registration.grants", "name at least one")?;
        // RFC 9700 §2.4: whoever sees passwords is somebody whom the operator knows.
        let known = [GrantType::Password, GrantType::Extension];
        demand(
            known.iter().all(|grant| !self.grants.contains(grant)),
            "registration.grants",
            "hold neither password nor extension: those grants are for known clients",
        )?;
        let known = policy.known_scope(&policy.audiences_for(None), &self.scope) == self.scope;
        let rule = "is part of the scope of the APIs in resources";
        demand(known, "registration.scope", rule)?;
        let limit = 1..=limits::REGISTERED_CLIENTS;
        demand(limit.contains(&self.limit), "registration.limit", "is 1 to 100,000")?;
        let lifetime = limits::UNUSED_CLIENT.0..=limits::UNUSED_CLIENT.1;
        demand(
            lifetime.contains(&self.unused_lifetime),
            "registration.unused_lifetime",
            "is a minute to a year",
        )
    }
}

impl Registration {
    /// That of a client which nobody has used yet.
    pub const fn new(at: Timestamp, token: SecretHash) -> Self {
        Self { at, token, used: false, native: false }
    }
}
