//! Puts a server together and checks that the parts agree.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::{Inner, Server, forget, remember::Remembered, rotate, sealing, sweep};
use crate::admin::Admin;
use crate::cache::CacheConfig;
use crate::client_documents::Documents;
use crate::error::{AdminError, ConfigError};
use crate::keys::Ring;
use crate::memory::MemoryStore;
use crate::pages::OwnPages;
use crate::passwords::{Directory, HashingPool, HashingPoolConfig};
use crate::ports::{
    ClientDocuments, Clock, CustomClaims, Entropy, Events, ExtensionGrant, ExtensionGrants, Fetch,
    Keyring, Ledger, Pages, Ports, Registrar, Seen, Stores, Tasks, Throttle, Users, Visits,
};
use crate::routes::Routes;
use crate::system::{Silence, SystemClock, SystemEntropy};
use crate::throttle::{Counters, ThrottleConfig};
use crate::types::{IssuerTemplate, Policy, ProtectedResource, Proxies, RedirectUri, Resources};

/// A server in the making. Everything but the issuer has a default: stores in memory, the built-in
/// user directory and keyring, the machine's clock and random generator.
#[derive(Debug)]
#[must_use = "call build()"]
pub struct ServerBuilder {
    issuer: String,
    insecure_http: bool,
    stores: Option<Stores>,
    users: Option<Arc<dyn Users>>,
    keyring: Option<Arc<dyn Keyring>>,
    pub(super) sealing: sealing::Sealing,
    clock: Option<Arc<dyn Clock>>,
    entropy: Arc<dyn Entropy>,
    events: Arc<dyn Events>,
    throttle: Throttling,
    proxies: Vec<String>,
    hashing: HashingPoolConfig,
    cache: CacheConfig,
    tenants: Vec<(String, Policy)>,
    pages: Option<Arc<dyn Pages>>,
    custom_claims: Option<Arc<dyn CustomClaims>>,
    registrar: Option<Arc<dyn Registrar>>,
    fetch: Option<Arc<dyn Fetch>>,
    extension_grants: Vec<(String, Arc<dyn ExtensionGrant>)>,
    login: Option<String>,
    resources: Vec<ProtectedResource>,
}

impl ServerBuilder {
    pub(super) fn new(issuer: String) -> Self {
        Self {
            issuer,
            insecure_http: false,
            stores: None,
            users: None,
            keyring: None,
            sealing: sealing::Sealing::default(),
            clock: None,
            entropy: Arc::new(SystemEntropy),
            events: Arc::new(Silence),
            throttle: Throttling::Ours(ThrottleConfig::default()),
            proxies: Vec::new(),
            hashing: HashingPoolConfig::default(),
            cache: CacheConfig::default(),
            tenants: Vec::new(),
            pages: None,
            custom_claims: None,
            registrar: None,
            fetch: None,
            extension_grants: Vec::new(),
            login: None,
            resources: Vec::new(),
        }
    }

    /// Keeps everything here. [`Stores`] can be made of a store crate's value, and each of its
    /// fields replaced.
    pub fn store(mut self, stores: impl Into<Stores>) -> Self {
        self.stores = Some(stores.into());
        self
    }

    /// Signs users in by the host's own directory.
    pub fn users(mut self, users: Arc<dyn Users>) -> Self {
        self.users = Some(users);
        self
    }

    /// Lends keys from elsewhere, such as a key management service.
    pub fn keyring(mut self, keyring: Arc<dyn Keyring>) -> Self {
        self.keyring = Some(keyring);
        self
    }

    /// Tells the time. By default the store's clock does, if it has one, or this machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Gives chance.
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Bounds the pool that hashes passwords of the built-in directory.
    pub fn hashing(mut self, config: HashingPoolConfig) -> Self {
        self.hashing = config;
        self
    }

    /// Bounds what is remembered of the store.
    pub fn cache(mut self, config: CacheConfig) -> Self {
        self.cache = config;
        self
    }

    /// Takes audit events. By default nobody does.
    pub fn events(mut self, events: Arc<dyn Events>) -> Self {
        self.events = events;
        self
    }

    /// Bounds failed sign-ins otherwise than the default does.
    pub fn throttling(mut self, config: ThrottleConfig) -> Self {
        self.throttle = Throttling::Ours(config);
        self
    }

    /// Counts failed sign-ins elsewhere, such as in a place that several nodes share.
    pub fn throttle(mut self, throttle: Arc<dyn Throttle>) -> Self {
        self.throttle = Throttling::Lent(throttle);
        self
    }

    /// Believes these proxies whom they speak for, in `Forwarded` or `X-Forwarded-For`: addresses
    /// or networks, such as `10.0.0.0/8`. Without them everybody behind a proxy is one source of
    /// failed sign-ins.
    pub fn trusted_proxies<T: Into<String>>(
        mut self,
        proxies: impl IntoIterator<Item = T>,
    ) -> Self {
        self.proxies = proxies.into_iter().map(Into::into).collect();
        self
    }

    /// Creates a tenant unless there is one of this name, which then stays as it is.
    pub fn tenant(mut self, id: impl Into<String>, policy: Policy) -> Self {
        self.tenants.push((id.into(), policy));
        self
    }

    /// Pages of the host's own, one or all, in place of ours.
    pub fn pages(mut self, pages: Arc<dyn Pages>) -> Self {
        self.pages = Some(pages);
        self
    }

    /// What the host says in tokens beside what this server says.
    pub fn custom_claims(mut self, claims: Arc<dyn CustomClaims>) -> Self {
        self.custom_claims = Some(claims);
        self
    }

    /// Who has the last word on clients that nobody registered, where a tenant's policy lets them come at all.
    pub fn registrar(mut self, registrar: Arc<dyn Registrar>) -> Self {
        self.registrar = Some(registrar);
        self
    }

    /// A way out to documents of others, such as `grantry-fetch`: of clients whose id is the URL of one, where a
    /// tenant's policy wants them (`RegistrationPolicy::documents`). Without it nothing is ever fetched.
    pub fn fetch(mut self, fetch: Arc<dyn Fetch>) -> Self {
        self.fetch = Some(fetch);
        self
    }

    /// A grant of the host's own (RFC 6749 §4.5), by the absolute URI that clients send as `grant_type`, such as
    /// `urn:ietf:params:oauth:grant-type:token-exchange`. Tenants and clients have it where their `grants` hold
    /// [`GrantType::Extension`](crate::types::GrantType::Extension).
    pub fn extension_grant(
        mut self,
        name: impl Into<String>,
        grant: Arc<dyn ExtensionGrant>,
    ) -> Self {
        self.extension_grants.push((name.into(), grant));
        self
    }

    /// Where the host signs users in itself: a path of this origin, such as `/login`, or an https URL.
    /// Browsers are sent there with `?interaction=` and a handle, for [`Server::interaction`] and
    /// [`Server::resume`].
    pub fn login(mut self, place: impl Into<String>) -> Self {
        self.login = Some(place.into());
        self
    }

    /// Describes an API of the application at the well-known place of its host (RFC 9728), and in the challenges
    /// of its guards, so that clients which know nothing but its URL find the tenant that issues tokens for it.
    pub fn protected_resource(mut self, resource: ProtectedResource) -> Self {
        self.resources.push(resource);
        self
    }

    /// Allows an issuer by plain http that others can reach, whose passwords and tokens everybody
    /// on the way can read: for a trusted network behind a proxy that the issuer does not name.
    pub fn danger_insecure_http(mut self, allow: bool) -> Self {
        self.insecure_http = allow;
        self
    }

    /// Builds the server. Background work runs on the tokio runtime that this is called in, which
    /// must live as long as the server and have its timer enabled (`enable_all`, as
    /// `#[tokio::main]` and `#[actix_web::main]` do).
    ///
    /// # Errors
    /// [`ConfigError`], which says which part is wrong and what to write instead.
    pub async fn build(self) -> Result<Server, ConfigError> {
        let issuers: IssuerTemplate = self.issuer.parse()?;
        if !issuers.is_secure() && !self.insecure_http {
            return Err(ConfigError::InsecureIssuer(self.issuer));
        }
        if let Some(place) = self.login.as_ref().filter(|place| !is_place(place)) {
            return Err(ConfigError::Login(place.clone()));
        }
        let resources = Resources::parse(&self.resources, self.insecure_http)
            .map_err(|(url, why)| ConfigError::ProtectedResource { url, why })?;
        let mut extension_grants = ExtensionGrants::default();
        for (name, grant) in self.extension_grants {
            let lent = extension_grants.lend(&name, grant);
            lent.map_err(|why| ConfigError::ExtensionGrant { name, why })?;
        }
        let tasks = Tasks::on(Handle::try_current().map_err(|_| ConfigError::NoRuntime)?);
        let proxies = Proxies::parse(&self.proxies)?;
        let mut stores = self.stores.unwrap_or_else(|| MemoryStore::default().into());
        let foreign_keys = self.keyring.is_some();
        let clock = self.clock.or(stores.clock.clone()).unwrap_or_else(|| Arc::new(SystemClock));
        let sealed = self.sealing.over(&stores, foreign_keys, &self.events, &clock)?;
        stores.key_records = sealed.clone();
        let rows = Remembered::over(stores, self.cache);
        let stores = rows.stores.clone();
        let users_are_lent = self.users.is_some();
        let (users, hashing) = match self.users {
            Some(users) => (users, None),
            None => {
                let pool = HashingPool::start(self.hashing)?;
                let (accounts, entropy) = (stores.accounts.clone(), self.entropy.clone());
                let directory = Directory::new(accounts, pool.clone(), entropy, tasks.clone());
                (Arc::new(directory) as Arc<dyn Users>, Some(pool))
            }
        };
        let keyring = self.keyring;
        let ports = Ports {
            tenants: rows.tenants.clone(),
            clients: rows.clients.clone(),
            documents: self.fetch.map(|fetch| {
                Arc::new(Documents::new(fetch, self.registrar.clone())) as Arc<dyn ClientDocuments>
            }),
            recollection: rows.recollection(),
            users,
            users_are_lent,
            keyring: keyring.unwrap_or_else(|| {
                Arc::new(Ring::new(stores.key_records.clone(), self.cache.keys))
            }),
            ledger: Ledger::new(stores.tickets.clone(), tasks.clone()),
            visits: Visits::new(&stores, tasks.clone()),
            seen: Seen::new(stores.jwt_ids.clone(), clock.now(), tasks.clone()),
            guesses: Arc::default(),
            pushes: Arc::default(),
            devices: Arc::default(),
            resources,
            pages: Arc::new(OwnPages::behind(self.pages)),
            custom_claims: self.custom_claims,
            registrar: self.registrar,
            extension_grants,
            login: self.login.map(Into::into),
            clock,
            entropy: self.entropy,
            events: self.events,
            throttle: match self.throttle {
                Throttling::Ours(config) => Arc::new(Counters::new(config)),
                Throttling::Lent(throttle) => throttle,
            },
            tasks: tasks.clone(),
        };
        rows.listen(&tasks, &ports);
        let admin = Admin { stores, ports: ports.clone(), hashing, foreign_keys, sealed };
        if !foreign_keys {
            self.sealing.check(&admin).await?;
        }
        for (id, policy) in self.tenants {
            match admin.create_tenant(id, policy).await {
                Ok(_) | Err(AdminError::Exists(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        sweep::start(&tasks, &ports);
        forget::start(&tasks, &ports);
        if !foreign_keys {
            rotate::start(&tasks, &admin);
        }
        let routes = Routes::new(&issuers, &ports.resources);
        let ports = Arc::new(ports);
        Ok(Server(Arc::new(Inner { issuers, routes, proxies, ports, tasks, admin })))
    }
}

/// Whether browsers may be sent there: to a path of this origin, or by https, or to this machine.
fn is_place(place: &str) -> bool {
    let path = place.strip_prefix('/').map(|rest| !rest.starts_with(['/', '\\']));
    let plain = place.bytes().all(|b| b.is_ascii_graphic());
    let url = || place.parse().is_ok_and(|uri: RedirectUri| uri.is_https() || uri.is_loopback());
    plain && !place.contains('#') && path.unwrap_or_else(url)
}

/// Who counts failed sign-ins.
#[derive(Debug)]
enum Throttling {
    Ours(ThrottleConfig),
    Lent(Arc<dyn Throttle>),
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
