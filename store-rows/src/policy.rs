//! A tenant's policy, in its tenant's row.

use std::time::Duration;

use grantry::types::{ClientAuthMethod, GrantType, Origin, Policy, RedirectUri, Resource};
use serde::{Deserialize, Serialize};

use super::{browser::BrowserPolicyRow, parsed, registration::RegistrationRow, texts};
use crate::Invalid;

/// Spans are written with their nanoseconds: nothing says that a policy has whole seconds.
#[derive(Deserialize, Serialize)]
pub struct PolicyRow {
    access_token_lifetime: Duration,
    code_lifetime: Duration,
    refresh_idle_lifetime: Duration,
    grant_lifetime: Duration,
    retry_window: Duration,
    rotation: String,
    grants: Vec<String>,
    #[serde(default)]
    client_auth_methods: Option<Vec<String>>,
    direct_api: String,
    direct_redirect_uris: Vec<String>,
    direct_scope: String,
    allowed_origins: Vec<String>,
    default_scope: String,
    default_audience: String,
    /// Audience and scope of each.
    resources: Vec<(String, String)>,
    /// Audience and lifetime of those that have one of their own.
    #[serde(default)]
    resource_lifetimes: Vec<(String, Duration)>,
    /// A row of before there was this has its default; so has the next.
    #[serde(default = "there")]
    revocation: bool,
    #[serde(default = "there")]
    introspection: bool,
    /// So have these.
    #[serde(default)]
    dpop: Option<String>,
    #[serde(default)]
    dpop_nonces: bool,
    #[serde(default)]
    registration: Option<RegistrationRow>,
    signing_alg: String,
    key_lifetime: Duration,
    key_announcement: Duration,
    browser: BrowserPolicyRow,
}

/// What there is unless somebody said no.
const fn there() -> bool {
    true
}

impl PolicyRow {
    pub(super) fn keep(policy: &Policy) -> Self {
        let resource = |api: &Resource| (api.audience.to_string(), api.scope.to_string());
        let lifetime =
            |api: &Resource| Some((api.audience.to_string(), api.access_token_lifetime?));
        Self {
            access_token_lifetime: policy.access_token_lifetime,
            code_lifetime: policy.code_lifetime,
            refresh_idle_lifetime: policy.refresh_idle_lifetime,
            grant_lifetime: policy.grant_lifetime,
            retry_window: policy.retry_window,
            rotation: policy.rotation.as_str().to_owned(),
            grants: policy.grants.iter().map(|grant| grant.as_str().to_owned()).collect(),
            client_auth_methods: {
                let methods = policy.client_auth_methods.iter();
                Some(methods.map(|method| method.as_str().to_owned()).collect())
            },
            direct_api: policy.direct_api.as_str().to_owned(),
            direct_redirect_uris: texts(&policy.direct_redirect_uris),
            direct_scope: policy.direct_scope.to_string(),
            allowed_origins: texts(&policy.allowed_origins),
            default_scope: policy.default_scope.to_string(),
            default_audience: policy.default_audience.to_string(),
            resources: policy.resources.iter().map(resource).collect(),
            resource_lifetimes: policy.resources.iter().filter_map(lifetime).collect(),
            revocation: policy.revocation,
            introspection: policy.introspection,
            dpop: Some(policy.dpop.as_str().to_owned()),
            dpop_nonces: policy.dpop_nonces,
            registration: policy.registration.as_deref().map(RegistrationRow::keep),
            signing_alg: policy.signing_alg.as_str().to_owned(),
            key_lifetime: policy.key_lifetime,
            key_announcement: policy.key_announcement,
            browser: BrowserPolicyRow::keep(&policy.browser),
        }
    }

    pub(super) fn restore(self) -> Result<Policy, Invalid> {
        let resource = |(audience, scope): &(String, String)| {
            let mut api = Resource::new(audience.parse()?, scope.parse()?);
            let mut lifetimes = self.resource_lifetimes.iter();
            let own = lifetimes.find(|(of, _)| of == audience);
            api.access_token_lifetime = own.map(|(_, lifetime)| *lifetime);
            Ok::<_, Invalid>(api)
        };
        let mut policy = Policy::new(self.default_audience.parse()?);
        policy.access_token_lifetime = self.access_token_lifetime;
        policy.code_lifetime = self.code_lifetime;
        policy.refresh_idle_lifetime = self.refresh_idle_lifetime;
        policy.grant_lifetime = self.grant_lifetime;
        policy.retry_window = self.retry_window;
        policy.rotation = self.rotation.parse()?;
        policy.grants = parsed::<GrantType, _>(&self.grants)?;
        if let Some(methods) = &self.client_auth_methods {
            policy.client_auth_methods = parsed::<ClientAuthMethod, _>(methods)?;
        }
        policy.direct_api = self.direct_api.parse()?;
        policy.direct_redirect_uris = parsed::<RedirectUri, _>(&self.direct_redirect_uris)?;
        policy.direct_scope = self.direct_scope.parse()?;
        policy.allowed_origins = parsed::<Origin, _>(&self.allowed_origins)?;
        policy.default_scope = self.default_scope.parse()?;
        policy.resources = self.resources.iter().map(resource).collect::<Result<_, _>>()?;
        policy.revocation = self.revocation;
        policy.introspection = self.introspection;
        policy.dpop = self.dpop.map(|dpop| dpop.parse()).transpose()?.unwrap_or_default();
        policy.dpop_nonces = self.dpop_nonces;
        policy.registration =
            self.registration.map(RegistrationRow::restore).transpose()?.map(Into::into);
        policy.signing_alg = self.signing_alg.parse()?;
        policy.key_lifetime = self.key_lifetime;
        policy.key_announcement = self.key_announcement;
        policy.browser = self.browser.restore()?.into();
        Ok(policy)
    }
}
