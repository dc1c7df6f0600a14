//! The real server: over stores that outlive it, and with a directory of users that is another node
//! over the same stores. That one has the built-in users and stops them; this one is lent them, so
//! that no password is hashed.

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use async_trait::async_trait;
use grantry::{
    Admin, Guard, HashingPoolConfig, MemoryStore, NewClient, Server, ServerBuilder, ThrottleConfig,
    ports::{Accounts, SignIn, SignInError, StoreError, Stores, Users},
    types::{
        Account, BrowserPolicy, DirectApi, GrantType, Password, Policy, SigningAlg, Standing,
        Subject, TenantId, Username,
    },
};
use grantry_conformance::{ByDefault, ManualClock, SeededEntropy, World, Yielding, tenant_id};
use tokio::runtime::{Builder, Runtime};

use crate::action::Tenant;
use crate::grant::{ACCESS, CODE, GRANT, IDLE};

pub struct Scene {
    /// Dropped with everything that runs on it when the server dies.
    pub runtime: Runtime,
    pub server: Server,
    /// Of acme and strict.
    pub guards: [Guard; 2],
    directory: (Runtime, Server),
    /// What outlives the server.
    pub stores: Stores,
    /// The same without waiting.
    pub behind: Stores,
    pub writes: Arc<Yielding>,
    /// How many of the writes a crash cut off.
    pub cut_off: usize,
    pub clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    /// The secret of `backend` at each tenant.
    pub secrets: [String; 2],
}

impl Scene {
    /// A new one; `default` is whether its store presents by the port's default.
    pub fn new(default: bool) -> Self {
        let behind: Stores = MemoryStore::default().into();
        let writes = Yielding::new(behind.clone());
        let waiting = writes.stores().tickets;
        let tickets = if default { Arc::new(ByDefault(waiting)) } else { waiting };
        let stores = Stores { tickets, ..behind.clone() };
        let (clock, entropy) = (Arc::new(ManualClock::default()), Arc::default());
        let (other, mut hashing) = (runtime(), HashingPoolConfig::default());
        hashing.threads = NonZeroUsize::MIN;
        let builder = builder(&stores, &clock, &entropy).hashing(hashing);
        let node = other.block_on(builder.build()).unwrap();
        let directory = (other, node);
        let (runtime, server, guards) = start(&stores, &clock, &entropy);
        let make = |tenant| runtime.block_on(make(&server, &stores, tenant));
        let secrets = Tenant::BOTH.map(make);
        let cut_off = 0;
        Self {
            runtime,
            server,
            guards,
            directory,
            stores,
            behind,
            writes,
            cut_off,
            clock,
            entropy,
            secrets,
        }
    }

    /// The server dies, with all that it was doing, and another one is started.
    pub fn restart(&mut self) {
        let (runtime, server, guards) = start(&self.stores, &self.clock, &self.entropy);
        (self.server, self.guards) = (server, guards);
        drop(std::mem::replace(&mut self.runtime, runtime));
        self.cut_off = self.writes.unfinished();
    }

    /// Work of the node that keeps the users.
    pub fn at_directory<T, F: Future<Output = T>>(&self, work: impl FnOnce(Admin) -> F) -> T {
        let (runtime, server) = &self.directory;
        runtime.block_on(work(server.admin().clone()))
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn builder(
    stores: &Stores,
    clock: &Arc<ManualClock>,
    entropy: &Arc<SeededEntropy>,
) -> ServerBuilder {
    Server::builder("https://id.example.com/oauth/{tenant}")
        .store(stores.clone())
        .clock(clock.clone())
        .entropy(entropy.clone())
}

fn start(
    stores: &Stores,
    clock: &Arc<ManualClock>,
    entropy: &Arc<SeededEntropy>,
) -> (Runtime, Server, [Guard; 2]) {
    let runtime = runtime();
    // What is refused here is no guess.
    let mut throttling = ThrottleConfig::default();
    throttling.free_failures = u32::MAX;
    let builder = builder(stores, clock, entropy)
        .users(Arc::new(Lent(stores.accounts.clone())))
        .throttling(throttling);
    let server = runtime.block_on(builder.build()).unwrap();
    let guard = |tenant: Tenant| server.guard(World::AUDIENCE).tenant(tenant.name()).unwrap();
    let guards = Tenant::BOTH.map(guard);
    (runtime, server, guards)
}

/// A tenant with its clients and users. Returns the secret of its confidential client.
async fn make(server: &Server, stores: &Stores, tenant: Tenant) -> String {
    let mut policy = Policy::new(World::AUDIENCE.parse().unwrap());
    policy.grants.insert(GrantType::Password);
    policy.direct_api = DirectApi::Get;
    policy.signing_alg = SigningAlg::EdDsa;
    // A key of RSA takes long to make.
    let mut browser = BrowserPolicy::default();
    browser.id_token_algs = [SigningAlg::EdDsa].into();
    browser.session_lifetime = Duration::from_millis(IDLE);
    browser.session_idle_lifetime = Duration::from_millis(IDLE);
    policy.browser = browser.into();
    policy.retry_window = Duration::from_millis(tenant.window());
    policy.code_lifetime = Duration::from_millis(CODE);
    policy.refresh_idle_lifetime = Duration::from_millis(IDLE);
    policy.grant_lifetime = Duration::from_millis(GRANT);
    policy.access_token_lifetime = Duration::from_millis(ACCESS);
    let (admin, id) = (server.admin(), tenant_id(tenant.name()));
    admin.create_tenant(tenant.name(), policy).await.unwrap();
    for name in ["alice", "bob"] {
        let account = Account::new(subject(name), name.into(), "never asked".into());
        stores.accounts.create(&id, account).await.unwrap();
    }
    let grants = [GrantType::Password, GrantType::RefreshToken];
    admin.create_client(&id, NewClient::public("app").grants(grants)).await.unwrap();
    let backend = NewClient::confidential("backend").grants(grants);
    let made = admin.create_client(&id, backend).await.unwrap();
    made.secret.unwrap().expose().to_owned()
}

pub fn subject(name: &str) -> Subject {
    format!("user-{name}").parse().unwrap()
}

/// The accounts of the directory, with passwords that cost nothing.
#[derive(Debug)]
struct Lent(Arc<dyn Accounts>);

#[async_trait]
impl Users for Lent {
    async fn authenticate(
        &self,
        tenant: &TenantId,
        username: &Username,
        password: &Password,
    ) -> Result<SignIn, SignInError> {
        let known = self.0.by_username(tenant, username.canonical().unwrap_or_default()).await?;
        let right = *password == Password::from(World::PASSWORD);
        Ok(match known.filter(|account| right && !account.disabled) {
            Some(account) => SignIn::Accepted(account.subject.clone()),
            None => SignIn::Refused,
        })
    }

    async fn standing(&self, tenant: &TenantId, subject: &Subject) -> Result<Standing, StoreError> {
        let known = self.0.by_subject(tenant, subject).await?;
        Ok(known.map_or(Standing::Gone, |account| account.standing()))
    }
}
