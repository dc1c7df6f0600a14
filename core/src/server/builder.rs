//! Puts a server together and checks that the parts agree.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::{Inner, Server, remember::Remembered, rotate, sealing, sweep};
use crate::admin::Admin;
use crate::cache::CacheConfig;
use crate::error::{AdminError, ConfigError};
use crate::keys::Ring;
use crate::memory::MemoryStore;
use crate::pages::OwnPages;
use crate::passwords::{Directory, HashingPool, HashingPoolConfig};
use crate::ports::{
    Clock, CustomClaims, Entropy, Events, Keyring, Ledger, Pages, Ports, Sealer, Seen, Stores,
    Tasks, Throttle, Users, Visits,
};
use crate::routes::Routes;
use crate::system::{Silence, SystemClock, SystemEntropy};
use crate::throttle::{Counters, ThrottleConfig};
use crate::types::{IssuerTemplate, Policy, Proxies, RedirectUri};

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
    sealing: sealing::Sealing,
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
    login: Option<String>,
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
            login: None,
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

    /// Seals private keys and ticket keys before the store sees them. A store whose rows outlive the
    /// process demands it, or [`ServerBuilder::danger_unsealed_keys`], unless keys come from elsewhere.
    /// What a store holds in the clear from before is sealed in the background.
    ///
    /// `build()` opens the keys of the first 100 tenants, and fails where they are sealed under a master
    /// key that is missing. Of all others it is known within minutes, by the background work and by their
    /// own requests: a tenant whose keys do not open is answered by 503, and
    /// [`crate::ports::EventKind::KeysUnreadable`] is told; it never gets new keys by itself.
    pub fn master_key(mut self, sealer: impl Sealer) -> Self {
        self.sealing.sealer = Some(Arc::new(sealer));
        self
    }

    /// Keeps private keys in the clear, also in a store whose rows outlive the process: whoever reads it, or
    /// a backup of it, can sign as any tenant.
    pub fn danger_unsealed_keys(mut self, allow: bool) -> Self {
        self.sealing.unsealed = allow;
        self
    }

    /// Builds the server although keys of tenants cannot be opened, since the master key that they are
    /// sealed under is lost: so that [`crate::Admin::replace_lost_keys`] can make new ones, tenant by
    /// tenant. Until then such a tenant is answered by 503.
    pub fn danger_lost_master_key(mut self, allow: bool) -> Self {
        self.sealing.lost = allow;
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

    /// Where the host signs users in itself: a path of this origin, such as `/login`, or an https URL.
    /// Browsers are sent there with `?interaction=` and a handle, for [`Server::interaction`] and
    /// [`Server::resume`].
    pub fn login(mut self, place: impl Into<String>) -> Self {
        self.login = Some(place.into());
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
        let tasks = Tasks::on(Handle::try_current().map_err(|_| ConfigError::NoRuntime)?);
        let proxies = Proxies::parse(&self.proxies)?;
        let mut stores = self.stores.unwrap_or_else(|| MemoryStore::default().into());
        let foreign_keys = self.keyring.is_some();
        let clock = self.clock.or(stores.clock.clone()).unwrap_or_else(|| Arc::new(SystemClock));
        let sealed = self.sealing.over(&stores, foreign_keys, &self.events, &clock)?;
        stores.key_records = sealed.clone();
        let rows = Remembered::over(stores, self.cache);
        let stores = rows.stores.clone();
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
            recollection: rows.recollection(),
            users,
            keyring: keyring.unwrap_or_else(|| {
                Arc::new(Ring::new(stores.key_records.clone(), self.cache.keys))
            }),
            ledger: Ledger::new(stores.tickets.clone(), tasks.clone()),
            visits: Visits::new(&stores, tasks.clone()),
            seen: Seen::new(stores.jwt_ids.clone(), clock.now(), tasks.clone()),
            guesses: Arc::default(),
            pushes: Arc::default(),
            pages: Arc::new(OwnPages::behind(self.pages)),
            custom_claims: self.custom_claims,
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
        if !foreign_keys {
            rotate::start(&tasks, &admin);
        }
        let routes = Routes::new(&issuers);
        let ports = Arc::new(ports);
        Ok(Server(Arc::new(Inner { issuers, routes, proxies, ports, tasks, admin })))
    }
}

/// Who counts failed sign-ins.
/// Whether browsers may be sent there: to a path of this origin, or by https, or to this machine.
fn is_place(place: &str) -> bool {
    let path = place.strip_prefix('/').map(|rest| !rest.starts_with(['/', '\\']));
    let plain = place.bytes().all(|b| b.is_ascii_graphic());
    let url = || place.parse().is_ok_and(|uri: RedirectUri| uri.is_https() || uri.is_loopback());
    plain && !place.contains('#') && path.unwrap_or_else(url)
}

#[derive(Debug)]
enum Throttling {
    Ours(ThrottleConfig),
    Lent(Arc<dyn Throttle>),
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
