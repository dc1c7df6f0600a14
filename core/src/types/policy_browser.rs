//! What a tenant allows of users in browsers.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
    time::Duration,
};

use super::{
    InvalidPolicy, Scope, Set, SigningAlg, choices::choice, client_browser::is_shown, limits,
    policy::demand,
};

/// What a tenant allows of users who sign in in the browser.
///
/// ```
/// use grantry::types::{BrowserPolicy, Policy};
///
/// let mut policy = Policy::new("https://api.example.com".parse()?);
/// let mut browser = BrowserPolicy::default();
/// browser.name = Some("Acme".into());
/// browser.scope_texts.insert("orders:read".into(), "See your orders".into());
/// policy.browser = browser.into();
/// # Ok::<(), grantry::types::InvalidWord>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BrowserPolicy {
    /// What the tenant is called on pages; its id where none.
    pub name: Option<Box<str>>,
    /// How long a user stays signed in without doing anything. Default: a day; more than a minute, since
    /// a use is noted once a minute.
    pub session_idle_lifetime: Duration,
    /// How long a user stays signed in at most. Default: 14 days; more than a minute, at most a year.
    pub session_lifetime: Duration,
    /// Whether grants end with the session that they were made in, but for those with the scope
    /// `offline_access`. Default: yes.
    pub session_ends_grants: bool,
    /// How long an ID token may be relied on. Default: an hour; at most a day.
    pub id_token_lifetime: Duration,
    /// By what ID tokens may be signed. Default: RS256, which every client knows, ES256 and EdDSA. An
    /// RSA key takes a moment to make and a kilobyte to keep.
    pub id_token_algs: Set<SigningAlg>,
    /// Whether clients may push their requests, or must (RFC 9126). Default: they may.
    pub pushed_requests: PushedRequests,
    /// How long a browser may bring the reference to a request that was pushed. Default: a minute; 60 to 90 s.
    pub pushed_request_lifetime: Duration,
    /// How long the codes of a device are good for, where the tenant's grants name
    /// [`super::GrantType::DeviceCode`] (RFC 8628 §3.2). Default: 10 min; 1 to 30 min.
    pub device_code_lifetime: Duration,
    /// How long such a device waits between two questions whether its user has decided. Default: 5 s; 1 to 60 s.
    pub device_poll_interval: Duration,
    /// Scope tokens in words for people.
    pub scope_texts: BTreeMap<Box<str>, Box<str>>,
}

impl Default for BrowserPolicy {
    fn default() -> Self {
        const DAY: u64 = 24 * 3600;
        Self {
            name: None,
            session_idle_lifetime: Duration::from_secs(DAY),
            session_lifetime: Duration::from_secs(14 * DAY),
            session_ends_grants: true,
            id_token_lifetime: Duration::from_secs(3600),
            id_token_algs: Set::all(),
            pushed_requests: PushedRequests::Allowed,
            pushed_request_lifetime: *limits::PUSHED_REQUEST_LIFETIME.start(),
            device_code_lifetime: Duration::from_secs(600),
            device_poll_interval: Duration::from_secs(5),
            scope_texts: BTreeMap::new(),
        }
    }
}

/// Whether clients push their requests for authorization before they send the browser (RFC 9126).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PushedRequests {
    /// They cannot.
    Off,
    /// They may.
    #[default]
    Allowed,
    /// They must: what a browser brings itself is refused (RFC 9126 §5).
    Required,
}

choice!(
    /// The name in files and stores.
    PushedRequests,
    "a rule for pushed requests",
    Off = "off",
    Allowed = "allowed",
    Required = "required",
);

impl BrowserPolicy {
    /// The defaults, which most tenants share.
    pub(super) fn shared() -> Arc<Self> {
        static DEFAULT: LazyLock<Arc<BrowserPolicy>> = LazyLock::new(Arc::default);
        DEFAULT.clone()
    }

    /// Whether the fields agree with each other and with the bounds.
    pub(super) fn check(&self) -> Result<(), InvalidPolicy> {
        let second = Duration::from_secs(1);
        let name = self.name.as_ref().is_none_or(|name| is_shown(name));
        demand(name, "name", "is 1 to 256 bytes without control characters")?;
        // A session that is used is written so often: one that idles out sooner would end in use.
        let touched = limits::SESSION_TOUCH;
        let lives = self.session_lifetime;
        demand(
            touched < lives && lives <= limits::SESSION_LIFETIME,
            "session_lifetime",
            "is more than a minute and at most a year",
        )?;
        let idle = self.session_idle_lifetime;
        demand(
            touched < idle && idle <= lives,
            "session_idle_lifetime",
            "is more than a minute, since a use is noted once a minute, and at most session_lifetime",
        )?;
        let token = second..=limits::ACCESS_TOKEN_LIFETIME;
        demand(token.contains(&self.id_token_lifetime), "id_token_lifetime", "is 1 s to 24 h")?;
        demand(!self.id_token_algs.is_empty(), "id_token_algs", "names at least one algorithm")?;
        let pushed = limits::PUSHED_REQUEST_LIFETIME.contains(&self.pushed_request_lifetime);
        demand(pushed, "pushed_request_lifetime", "is 60 to 90 s")?;
        let device = limits::DEVICE_CODE_LIFETIME.contains(&self.device_code_lifetime);
        demand(device, "device_code_lifetime", "is 1 to 30 min")?;
        let polls = limits::DEVICE_POLL_INTERVAL.contains(&self.device_poll_interval);
        demand(polls, "device_poll_interval", "is 1 to 60 s")?;
        demand(self.scope_texts.len() <= limits::SCOPE_TOKENS, "scope_texts", "are at most 64")?;
        let one =
            |token: &str| token.parse::<Scope>().is_ok_and(|scope| scope.tokens().count() == 1);
        let texts = self.scope_texts.iter().all(|(token, text)| one(token) && is_shown(text));
        demand(texts, "scope_texts", "have one scope token and at most 256 bytes of text each")
    }
}
