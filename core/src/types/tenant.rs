//! A tenant and the policy it lives by.

use std::{collections::BTreeSet, time::Duration};

use super::{
    Audience, GrantType, Origin, RedirectUri, Scope, SigningAlg, TenantId, Timestamp, limits,
};

/// A tenant: nothing exists outside one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tenant {
    /// Its name, one segment of every URL of its own.
    pub id: TenantId,
    /// What it allows.
    pub policy: Policy,
    /// A disabled tenant issues nothing; its keys stay published.
    pub disabled: bool,
    /// A grant authenticated before this moment is dead.
    pub not_before: Timestamp,
}

/// What a tenant allows. Checked as a whole wherever it is stored; see [`Policy::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// How long an access token is valid. Default: an hour; at most a day.
    pub access_token_lifetime: Duration,
    /// How long an authorization code is valid. Default: 60 s; at most 600 s (RFC 6749 §4.1.2).
    pub code_lifetime: Duration,
    /// How long a refresh token may lie unused. Default: 30 days.
    pub refresh_idle_lifetime: Duration,
    /// How long a grant lives at most, however often it is refreshed. Default: 90 days.
    pub grant_lifetime: Duration,
    /// How long a retried refresh is answered with the same successor. Default: 30 s; zero means
    /// that every refresh rotates and no public client may retry; at most 300 s.
    pub retry_window: Duration,
    /// Whose refresh tokens rotate. Default: everybody's.
    pub rotation: Rotation,
    /// The grants that the tenant offers. Default: all but `password`.
    pub grants: BTreeSet<GrantType>,
    /// Which forms of the direct API exist. Default: none.
    pub direct_api: DirectApi,
    /// If not empty, the only redirect URIs that the direct API takes.
    pub direct_redirect_uris: Vec<RedirectUri>,
    /// The scope of the direct API's tokens. Default: none.
    pub direct_scope: Scope,
    /// Web origins whose pages may call the direct API and read its answers. Default: none.
    pub allowed_origins: Vec<Origin>,
    /// What a client without a scope of its own gets when it asks for none. Default: nothing.
    pub default_scope: Scope,
    /// The audience of an access token for which no other was asked.
    pub default_audience: Audience,
    /// The algorithm that signs access tokens. Default: ES256.
    pub signing_alg: SigningAlg,
}

/// Which forms of the direct API a tenant has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DirectApi {
    /// None.
    #[default]
    Off,
    /// `POST …/authorize/direct` and `POST …/token/direct`.
    Post,
    /// Those, and `GET …/authorize` and `GET …/token`, where passwords travel in URLs.
    Get,
}

/// Whose refresh tokens are replaced when they are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    /// Everybody's.
    #[default]
    Always,
    /// Those of clients that did not authenticate.
    Public,
    /// Nobody's: FAPI 2.0 §5.3.2.1 wants key-bound tokens that stay.
    Never,
}

/// A policy that contradicts itself: which field, and what it may be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy.{field} {rule}")]
pub struct InvalidPolicy {
    /// The field's name.
    pub field: &'static str,
    /// What is demanded of it.
    pub rule: &'static str,
}

impl Tenant {
    /// An enabled tenant.
    pub fn new(id: TenantId, policy: Policy) -> Self {
        Self { id, policy, disabled: false, not_before: Timestamp::EPOCH }
    }
}

impl Policy {
    /// The defaults, for access tokens that are meant for `default_audience`.
    pub fn new(default_audience: Audience) -> Self {
        const DAY: u64 = 24 * 3600;
        Self {
            access_token_lifetime: Duration::from_secs(3600),
            code_lifetime: Duration::from_secs(60),
            refresh_idle_lifetime: Duration::from_secs(30 * DAY),
            grant_lifetime: Duration::from_secs(90 * DAY),
            retry_window: Duration::from_secs(30),
            rotation: Rotation::Always,
            grants: BTreeSet::from([
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::ClientCredentials,
            ]),
            direct_api: DirectApi::Off,
            direct_redirect_uris: Vec::new(),
            direct_scope: Scope::default(),
            allowed_origins: Vec::new(),
            default_scope: Scope::default(),
            default_audience,
            signing_alg: SigningAlg::Es256,
        }
    }

    /// Whether the fields agree with each other and with the bounds.
    ///
    /// # Errors
    /// The first field that is out of bounds, with what it may be.
    pub fn check(&self) -> Result<(), InvalidPolicy> {
        let second = Duration::from_secs(1);
        let demand = |holds: bool, field: &'static str, rule: &'static str| {
            if holds { Ok(()) } else { Err(InvalidPolicy { field, rule }) }
        };
        let access = second..=limits::ACCESS_TOKEN_LIFETIME;
        let code = second..=limits::CODE_LIFETIME;
        let grant = self.code_lifetime..=limits::GRANT_LIFETIME;
        let idle = second..=limits::GRANT_LIFETIME;
        demand(
            access.contains(&self.access_token_lifetime),
            "access_token_lifetime",
            "is 1 s to 24 h",
        )?;
        demand(code.contains(&self.code_lifetime), "code_lifetime", "is 1 s to 600 s")?;
        demand(
            idle.contains(&self.refresh_idle_lifetime),
            "refresh_idle_lifetime",
            "is 1 s to ten years",
        )?;
        demand(
            grant.contains(&self.grant_lifetime),
            "grant_lifetime",
            "is code_lifetime to ten years",
        )?;
        demand(self.retry_window <= limits::RETRY_WINDOW, "retry_window", "is at most 300 s")?;
        let listed = self.direct_redirect_uris.len() <= limits::LISTED;
        demand(listed, "direct_redirect_uris", "lists at most 20")?;
        demand(
            self.allowed_origins.len() <= limits::LISTED,
            "allowed_origins",
            "lists at most 20",
        )?;
        // LE-15: tokens of the direct API never open userinfo, live on offline, or administer.
        let lofty = |t: &str| matches!(t, "openid" | "offline_access") || t.starts_with("grantry:");
        let modest = !self.direct_scope.tokens().any(lofty);
        demand(modest, "direct_scope", "cannot hold openid, offline_access or a grantry: scope")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(change: impl FnOnce(&mut Policy)) -> &'static str {
        let mut policy = Policy::new("https://api.example.com".parse().unwrap());
        policy.check().unwrap();
        change(&mut policy);
        policy.check().unwrap_err().field
    }

    #[test]
    fn a_policy_out_of_bounds_names_the_field() {
        let day = Duration::from_secs(24 * 3600 + 1);
        assert_eq!(refused(|p| p.access_token_lifetime = day), "access_token_lifetime");
        assert_eq!(refused(|p| p.access_token_lifetime = Duration::ZERO), "access_token_lifetime");
        assert_eq!(refused(|p| p.code_lifetime = Duration::from_secs(601)), "code_lifetime");
        assert_eq!(refused(|p| p.refresh_idle_lifetime = Duration::ZERO), "refresh_idle_lifetime");
        assert_eq!(refused(|p| p.grant_lifetime = Duration::from_secs(59)), "grant_lifetime");
        assert_eq!(refused(|p| p.retry_window = Duration::from_secs(301)), "retry_window");
    }

    #[test]
    fn le_15_the_direct_scope_stays_modest() {
        for scope in ["openid", "read offline_access", "grantry:admin"] {
            assert_eq!(refused(|p| p.direct_scope = scope.parse().unwrap()), "direct_scope");
        }
    }
}
