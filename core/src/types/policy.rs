//! What a tenant allows.

use std::{sync::Arc, time::Duration};

use super::{
    Audience, Audiences, BrowserPolicy, ClientAuthMethod, GrantType, Origin, RedirectUri, Resource,
    Scope, Set, SigningAlg, choices::choice, limits, registration::RegistrationPolicy,
};

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
    /// The grants that the tenant offers. Default: codes, refresh tokens and client credentials; neither
    /// passwords nor devices.
    pub grants: Set<GrantType>,
    /// How the tenant's clients may authenticate; a public client says its name alone, whatever stands
    /// here. Default: by a secret, in the header or in the form, or by an assertion that they sign with
    /// a key of their own.
    pub client_auth_methods: Set<ClientAuthMethod>,
    /// Which forms of the direct API exist. Default: none.
    pub direct_api: DirectApi,
    /// If not empty, the only redirect URIs that the direct API takes.
    pub direct_redirect_uris: Box<[RedirectUri]>,
    /// The scope of the direct API's tokens. Default: none.
    pub direct_scope: Scope,
    /// Web origins whose pages may call the direct API and read its answers. Default: none.
    pub allowed_origins: Box<[Origin]>,
    /// What a client without a scope of its own gets when it asks for none. Default: nothing.
    pub default_scope: Scope,
    /// The audience of an access token for which no other was asked.
    pub default_audience: Audience,
    /// The APIs that tokens are for, which clients may name as `resource` (RFC 8707). If not empty, no
    /// other audience exists for the tenant's clients, and a token holds no scope that its API does not
    /// know. Default: none listed, so that the audience of a client, or the default one, is all that it may
    /// name.
    pub resources: Box<[Resource]>,
    /// Whether clients may give up tokens (RFC 7009). Default: they may.
    pub revocation: bool,
    /// Whether clients may ask what a token is good for (RFC 7662): each of its own tokens, and those that
    /// are registered for it ([`super::Client::introspects`]) of tokens for their audience. Default: they
    /// may.
    pub introspection: bool,
    /// The algorithm that signs access tokens. Default: ES256.
    pub signing_alg: SigningAlg,
    /// How long a key signs before another takes its place. Default: 90 days; at least a day.
    pub key_lifetime: Duration,
    /// How long a new key is published before it signs, so that nobody meets a token by a key that
    /// they have not seen. Default: 10 min, twice the time that others may keep the JWKS; at most
    /// half of `key_lifetime`.
    pub key_announcement: Duration,
    /// Whether tokens may be bound to keys of their clients (RFC 9449), or must be. Default: they are not. The
    /// direct API knows no such keys: what it hands out is bound to nothing, whatever stands here.
    pub dpop: Dpop,
    /// Whether proofs of such a key hold a nonce of this server (RFC 9449 §8), so that none can be made
    /// long before it is used. Default: not.
    pub dpop_nonces: bool,
    /// What holds for clients that register themselves (RFC 7591). Default: none may.
    pub registration: Option<Arc<RegistrationPolicy>>,
    /// What holds for users in browsers.
    pub browser: Arc<BrowserPolicy>,
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

/// Whether access tokens are bound to keys that their senders prove to have (RFC 9449).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dpop {
    /// They are not: proofs are not looked at, but of clients that are registered for them.
    #[default]
    Off,
    /// They are where the client shows a proof.
    Allowed,
    /// They are, and who shows none gets no token.
    Required,
}

choice!(
    /// The name in files and stores.
    Dpop,
    "a rule for DPoP",
    Off = "off",
    Allowed = "allowed",
    Required = "required",
);

choice!(
    /// The name in files and stores.
    DirectApi,
    "a form of the direct API",
    Off = "off",
    Post = "post",
    Get = "get",
);

choice!(
    /// The name in files and stores.
    Rotation,
    "a rotation",
    Always = "always",
    Public = "public",
    Never = "never",
);

/// A policy that contradicts itself: which field, and what it may be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policy.{field} {rule}")]
pub struct InvalidPolicy {
    /// The field's name.
    pub field: &'static str,
    /// What is demanded of it.
    pub rule: &'static str,
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
            grants: Set::from([
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::ClientCredentials,
            ]),
            client_auth_methods: Set::from([
                ClientAuthMethod::Basic,
                ClientAuthMethod::Post,
                ClientAuthMethod::PrivateKeyJwt,
            ]),
            direct_api: DirectApi::Off,
            direct_redirect_uris: Box::default(),
            direct_scope: Scope::default(),
            allowed_origins: Box::default(),
            default_scope: Scope::default(),
            default_audience,
            resources: Box::default(),
            revocation: true,
            introspection: true,
            signing_alg: SigningAlg::Es256,
            key_lifetime: Duration::from_secs(90 * DAY),
            key_announcement: limits::KEY_ANNOUNCEMENT,
            dpop: Dpop::Off,
            dpop_nonces: false,
            registration: None,
            browser: BrowserPolicy::shared(),
        }
    }

    /// Whether the fields agree with each other and with the bounds.
    ///
    /// # Errors
    /// The first field that is out of bounds, with what it may be.
    pub fn check(&self) -> Result<(), InvalidPolicy> {
        let second = Duration::from_secs(1);
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
        let web = self.direct_redirect_uris.iter().all(RedirectUri::is_web);
        demand(web, "direct_redirect_uris", "are http or https URIs")?;
        demand(
            self.allowed_origins.len() <= limits::LISTED,
            "allowed_origins",
            "lists at most 20",
        )?;
        self.check_resources()?;
        let proofs = !self.dpop_nonces || self.dpop > Dpop::Off;
        demand(proofs, "dpop_nonces", "are for tenants whose policy has dpop allowed or required")?;
        self.browser.check()?;
        if let Some(registration) = &self.registration {
            registration.check(self)?;
        }
        // Ticket keys have 255 numbers, and are kept for as long as a refresh token may lie unused,
        // and a browser show a session.
        let kept = self.key_lifetime.saturating_mul(200);
        demand(
            self.refresh_idle_lifetime <= kept,
            "key_lifetime",
            "is at least a 200th of refresh_idle_lifetime",
        )?;
        demand(
            self.browser.session_lifetime <= kept,
            "key_lifetime",
            "is at least a 200th of browser.session_lifetime",
        )?;
        let signs = limits::KEY_LIFETIME..=limits::GRANT_LIFETIME;
        demand(signs.contains(&self.key_lifetime), "key_lifetime", "is a day to ten years")?;
        // JW-04: caches have seen a key before it signs.
        let announced = limits::KEY_ANNOUNCEMENT..=self.key_lifetime / 2;
        demand(
            announced.contains(&self.key_announcement),
            "key_announcement",
            "is 10 min to half of key_lifetime",
        )?;
        // LE-15: tokens of the direct API never open userinfo, live on offline, or administer.
        let lofty = |t: &str| matches!(t, "openid" | "offline_access") || t.starts_with("grantry:");
        let modest = !self.direct_scope.tokens().any(lofty);
        demand(modest, "direct_scope", "cannot hold openid, offline_access or a grantry: scope")
    }

    fn check_resources(&self) -> Result<(), InvalidPolicy> {
        demand(self.resources.len() <= limits::LISTED, "resources", "lists at most 20")?;
        let mut audiences: Vec<_> = self.resources.iter().map(|api| &api.audience).collect();
        audiences.sort_unstable();
        audiences.dedup();
        demand(audiences.len() == self.resources.len(), "resources", "lists an audience once")?;
        let access = Duration::from_secs(1)..=limits::ACCESS_TOKEN_LIFETIME;
        let mut lifetimes = self.resources.iter().filter_map(|api| api.access_token_lifetime);
        let fit = lifetimes.all(|lifetime| access.contains(&lifetime));
        demand(fit, "resources", "have an access_token_lifetime of 1 s to 24 h")?;
        let audience = &self.default_audience;
        let listed = self.has_audience(audience);
        demand(listed, "default_audience", "is one of the audiences in resources")?;
        let own = Audiences::from(audience);
        let known = |scope: &Scope| self.known_scope(&own, scope) == *scope;
        let rule = "is part of the scope of the default audience in resources";
        demand(known(&self.default_scope), "default_scope", rule)?;
        demand(known(&self.direct_scope), "direct_scope", rule)
    }

    /// Whether tokens may be meant for this audience.
    pub fn has_audience(&self, audience: &Audience) -> bool {
        self.resources.is_empty() || self.resource(audience.as_str()).is_some()
    }

    /// As much of a scope as the APIs of these audiences know, one or another. What speaks of the user or
    /// of this server itself (OpenID Connect Core §5.4, §11) no API has to know.
    pub fn known_scope(&self, audiences: &Audiences, scope: &Scope) -> Scope {
        if self.resources.is_empty() {
            return scope.clone();
        }
        let apis: Vec<_> = audiences.iter().filter_map(|one| self.resource(one)).collect();
        let known = |token: &str| apis.iter().any(|api| api.scope.contains(token));
        scope.filter(|token| is_own(token) || known(token))
    }

    /// The audiences that a client may name, which has this one of its own or none: that one, or the
    /// default and every API.
    pub fn audiences_for(&self, own: Option<&Audience>) -> Audiences {
        if let Some(own) = own {
            return own.into();
        }
        let all = self.resources.iter().map(|api| Audiences::from(&api.audience));
        all.fold((&self.default_audience).into(), |all, one| all.or(&one))
    }

    /// How long an access token for these is valid: as the most careful of them says.
    pub fn access_token_lifetime_for(&self, audiences: &Audiences) -> Duration {
        let apis = audiences.iter().map(|one| self.resource(one));
        let own = |api: Option<&Resource>| api.and_then(|api| api.access_token_lifetime);
        let lifetimes = apis.map(|api| own(api).unwrap_or(self.access_token_lifetime));
        lifetimes.min().unwrap_or(self.access_token_lifetime)
    }

    /// How long any access token of the tenant is valid, at most.
    pub fn longest_access_token_lifetime(&self) -> Duration {
        let own = self.resources.iter().filter_map(|api| api.access_token_lifetime);
        own.fold(self.access_token_lifetime, Duration::max)
    }

    fn resource(&self, audience: &str) -> Option<&Resource> {
        self.resources.iter().find(|api| api.audience.as_str() == audience)
    }
}

fn is_own(token: &str) -> bool {
    const OWN: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];
    OWN.contains(&token) || token.starts_with("grantry:")
}

pub(super) fn demand(
    holds: bool,
    field: &'static str,
    rule: &'static str,
) -> Result<(), InvalidPolicy> {
    if holds { Ok(()) } else { Err(InvalidPolicy { field, rule }) }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "policy_props.rs"]
mod props;
