//! What tenants and clients have for users in browsers, in their own rows.

use std::{collections::BTreeMap, time::Duration};

use grantry::types::{BrowserPolicy, ClientBrowser, Origin, RedirectUri, SigningAlg, SubjectType};
use serde::{Deserialize, Serialize};

use super::{parsed, texts};
use crate::Invalid;

#[derive(Deserialize, Serialize)]
pub(super) struct BrowserPolicyRow {
    name: Option<Box<str>>,
    session_idle_lifetime: Duration,
    session_lifetime: Duration,
    session_ends_grants: bool,
    id_token_lifetime: Duration,
    id_token_algs: Vec<String>,
    #[serde(default)]
    pushed_requests: Option<String>,
    #[serde(default)]
    pushed_request_lifetime: Option<Duration>,
    #[serde(default)]
    device_code_lifetime: Option<Duration>,
    #[serde(default)]
    device_poll_interval: Option<Duration>,
    scope_texts: BTreeMap<Box<str>, Box<str>>,
}

impl BrowserPolicyRow {
    pub(super) fn keep(policy: &BrowserPolicy) -> Self {
        Self {
            name: policy.name.clone(),
            session_idle_lifetime: policy.session_idle_lifetime,
            session_lifetime: policy.session_lifetime,
            session_ends_grants: policy.session_ends_grants,
            id_token_lifetime: policy.id_token_lifetime,
            id_token_algs: policy.id_token_algs.iter().map(|alg| alg.as_str().to_owned()).collect(),
            pushed_requests: Some(policy.pushed_requests.as_str().to_owned()),
            pushed_request_lifetime: Some(policy.pushed_request_lifetime),
            device_code_lifetime: Some(policy.device_code_lifetime),
            device_poll_interval: Some(policy.device_poll_interval),
            scope_texts: policy.scope_texts.clone(),
        }
    }

    pub(super) fn restore(self) -> Result<BrowserPolicy, Invalid> {
        let mut policy = BrowserPolicy::default();
        policy.name = self.name;
        policy.session_idle_lifetime = self.session_idle_lifetime;
        policy.session_lifetime = self.session_lifetime;
        policy.session_ends_grants = self.session_ends_grants;
        policy.id_token_lifetime = self.id_token_lifetime;
        policy.id_token_algs = parsed::<SigningAlg, _>(&self.id_token_algs)?;
        if let Some(rule) = self.pushed_requests {
            policy.pushed_requests = rule.parse()?;
        }
        if let Some(lifetime) = self.pushed_request_lifetime {
            policy.pushed_request_lifetime = lifetime;
        }
        if let Some(lifetime) = self.device_code_lifetime {
            policy.device_code_lifetime = lifetime;
        }
        if let Some(interval) = self.device_poll_interval {
            policy.device_poll_interval = interval;
        }
        policy.scope_texts = self.scope_texts;
        Ok(policy)
    }
}

/// Pairwise by a list of redirect URIs. A program of before there was that must not take it for pairwise by a host: it
/// would know users by other names.
const LISTED: &str = "pairwise by sector_identifier_uri";

#[derive(Deserialize, Serialize)]
pub(super) struct ClientBrowserRow {
    name: Option<Box<str>>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    origins: Vec<String>,
    pkce: String,
    id_token_alg: Option<String>,
    subject_type: String,
    first_party: bool,
    #[serde(default)]
    require_pushed_requests: bool,
    #[serde(default)]
    sector_identifier_uri: Option<String>,
}

impl ClientBrowserRow {
    pub(super) fn keep(browser: &ClientBrowser) -> Self {
        Self {
            name: browser.name.clone(),
            redirect_uris: texts(&browser.redirect_uris),
            post_logout_redirect_uris: texts(&browser.post_logout_redirect_uris),
            origins: texts(&browser.origins),
            pkce: browser.pkce.as_str().to_owned(),
            id_token_alg: browser.id_token_alg.map(|alg| alg.as_str().to_owned()),
            subject_type: match &browser.sector_identifier_uri {
                Some(_) if browser.subject_type == SubjectType::Pairwise => LISTED.to_owned(),
                _ => browser.subject_type.as_str().to_owned(),
            },
            first_party: browser.first_party,
            require_pushed_requests: browser.require_pushed_requests,
            sector_identifier_uri: browser.sector_identifier_uri.as_ref().map(ToString::to_string),
        }
    }

    pub(super) fn restore(self) -> Result<ClientBrowser, Invalid> {
        let mut browser = ClientBrowser::default();
        browser.name = self.name;
        browser.redirect_uris = parsed::<RedirectUri, _>(&self.redirect_uris)?;
        let uris = parsed::<RedirectUri, _>(&self.post_logout_redirect_uris)?;
        browser.post_logout_redirect_uris = uris;
        browser.origins = parsed::<Origin, _>(&self.origins)?;
        browser.pkce = self.pkce.parse()?;
        browser.id_token_alg = self.id_token_alg.map(|alg| alg.parse()).transpose()?;
        browser.subject_type = match &*self.subject_type {
            LISTED => SubjectType::Pairwise,
            own => own.parse()?,
        };
        browser.first_party = self.first_party;
        browser.require_pushed_requests = self.require_pushed_requests;
        browser.sector_identifier_uri =
            self.sector_identifier_uri.map(|uri| uri.parse()).transpose()?;
        Ok(browser)
    }
}
