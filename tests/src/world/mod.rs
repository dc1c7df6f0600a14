//! The world that every case begins in.

mod clients;
mod keys;
mod people;
mod rsa;
mod tenants;
mod told;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use grantry::{
    Guard, HashingPoolConfig, MasterKey, SealedKeys, Server,
    ports::{Changes, Clock, KeyRecords, Stores},
    types::{ProtectedResource, TenantId, Timestamp},
};

use self::{clients::clients, keys::keys, people::people, tenants::tenants, told::Told};
use crate::{Kept, Line, SeededEntropy};

pub(crate) use self::{clients::browsers, keys::ECDSA, people::HASH, rsa::RSA};

/// A server with tenants, clients and users, whose time and chance the case owns. Signatures are
/// EdDSA where nothing else is said, so that equal requests have equal answers.
#[derive(Clone, Debug)]
pub struct World {
    /// The server, for a driver to mount or to call. Its issuer is
    /// `https://id.example.com/oauth/{tenant}`, so its paths begin with `/oauth/` and
    /// `/.well-known/`.
    pub server: Server,
    /// Its time, which stands still until a case moves it.
    pub clock: Arc<ManualClock>,
    /// Its stores, for a look behind the server's back. Keys are opened and sealed on the way. They tell of no
    /// changes: that is for the server alone, and another one over them remembers nothing.
    pub stores: Stores,
    /// The store of keys as it is. Where it lasts it sees sealed keys alone.
    pub key_records: Arc<dyn KeyRecords>,
    /// Guards of the host's routes.
    pub guards: Guards,
    /// The audit events of the server.
    pub events: Arc<Kept>,
    /// The secrets of confidential clients, by tenant and client.
    secrets: HashMap<(String, String), String>,
    /// Where the server is told of changes, if it remembers anything.
    line: Option<Arc<Line>>,
}

/// Guards for the audience [`World::AUDIENCE`], which the host application of [`crate::door`] puts
/// before its routes.
#[derive(Clone, Debug)]
pub struct Guards {
    /// Tokens of acme.
    pub acme: Guard,
    /// Tokens of acme, without asking whether the grant is live.
    pub offline: Guard,
    /// Tokens of the tenant in `/api/{tenant}`.
    pub path: Guard,
    /// Tokens of every tenant.
    pub any: Guard,
}

impl World {
    /// The audience of access tokens. This API describes itself, with the tenants acme and globex.
    pub const AUDIENCE: &str = "https://api.example.com";
    /// Another API that describes itself, of which each tenant has one. No policy knows it.
    pub const EACH: &str = "https://api.example.com/mcp/{tenant}";
    /// The password of every user.
    pub const PASSWORD: &str = "wonderland";
    /// The redirect URI that codes are bound to.
    pub const REDIRECT: &str = "https://app.example.com/cb";

    /// What keys are sealed under where the store lasts: for tests alone, as everybody knows it.
    pub fn master_key() -> MasterKey {
        MasterKey::new([0x6d; 32])
    }

    /// A new world on these stores, which must be empty.
    ///
    /// Every tenant has the users `alice` and `mallory`, who is disabled, and the clients
    /// `backend` (confidential), `basic-only` (confidential, the `Authorization` header alone),
    /// `retired` (confidential, disabled), `app` (public), `no-refresh` (public, the password grant
    /// alone) and `idle` (public, no grant at all). From these clients users come in a browser: `spa`
    /// (public), `web` (confidential), `native` (public, a loopback address), `own` (confidential, the
    /// tenant's own, PKCE is optional) and `pair` (public, pairwise subjects). `alice` has claims. What
    /// sets the tenants apart: `acme` has the
    /// direct API by GET and a key for every algorithm, `globex` has none, `postal` by POST alone; `ecdsa` signs by ES256;
    /// `strict` has a retry window of zero; `steady` never rotates, `lenient` for public clients
    /// alone; `listed` lists redirect URIs and an origin; `narrow` has client credentials alone,
    /// `codes-only` authorization codes alone.
    ///
    /// # Panics
    /// When the stores do not do as they are told.
    pub async fn new(stores: impl Into<Stores>) -> Self {
        let mut stores = stores.into();
        let line = stores.changes.is_some().then(Arc::<Line>::default);
        let told = line.clone().zip(stores.changes.take());
        let told = told.map(|(by_case, by_stores)| Told { by_case, by_stores });
        let changes = told.map(|told| Arc::new(told) as Arc<dyn Changes>);
        let key_records = stores.key_records.clone();
        let (clock, events) = (Arc::new(ManualClock::default()), Arc::new(Kept::default()));
        // The one real time of a world: no busy machine may turn a password away.
        let mut hashing = HashingPoolConfig::default();
        hashing.deadline = Duration::from_secs(600);
        let builder = Server::builder("https://id.example.com/oauth/{tenant}")
            .store(Stores { changes, ..stores.clone() })
            .clock(clock.clone())
            .entropy(Arc::new(SeededEntropy::default()))
            .hashing(hashing)
            .events(events.clone())
            .protected_resource(
                ProtectedResource::new(Self::AUDIENCE)
                    .tenants(["acme", "globex"])
                    .scope("write read")
                    .name("Orders"),
            )
            .protected_resource(ProtectedResource::new(Self::EACH));
        let builder = match key_records.lasts() {
            true => builder.master_key(Self::master_key()),
            false => builder,
        };
        let server = builder.build().await.expect("a server");
        if key_records.lasts() {
            let opened = SealedKeys::new(key_records.clone(), Self::master_key());
            stores.key_records = Arc::new(opened);
        }
        let mut secrets = HashMap::new();
        keys(&stores, "acme").await;
        for (id, policy) in tenants() {
            let tenant = server.admin().create_tenant(id, policy).await.expect("a tenant");
            people(&stores, &tenant.id).await;
            clients(&server, &tenant.id, &mut secrets).await;
        }
        let guard = || server.guard(Self::AUDIENCE);
        let guards = Guards {
            acme: guard().tenant("acme").expect("a guard"),
            offline: guard().tenant("acme").expect("a guard").offline(),
            path: guard().tenant_from_path("/api/{tenant}").expect("a guard"),
            any: guard().any_tenant().expect("a guard"),
        };
        Self { server, clock, stores, key_records, guards, events, secrets, line }
    }

    /// Tells the server of what was written behind its back of a tenant, its clients or keys, and waits until
    /// it knows.
    pub async fn told(&self, tenant: &TenantId) {
        if let Some(line) = &self.line {
            line.tell(tenant);
            line.settled().await;
        }
    }

    /// The secret of a confidential client.
    ///
    /// # Panics
    /// When there is no such client.
    pub fn secret(&self, tenant: &str, client: &str) -> &str {
        &self.secrets[&(tenant.to_owned(), client.to_owned())]
    }
}

/// Time that stands still until a case moves it.
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl Default for ManualClock {
    fn default() -> Self {
        Self(AtomicU64::new(Self::BEGIN))
    }
}

impl ManualClock {
    /// Where it begins, in milliseconds since the epoch.
    pub(super) const BEGIN: u64 = 1_800_000_000_000;

    /// Moves time forward.
    pub fn advance(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).expect("a span of this century");
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// Moves time back, as a clock that was wrong does.
    pub fn step_back(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).expect("a span of this century");
        self.0.fetch_sub(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
