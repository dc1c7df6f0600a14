//! What these tests happen in: a world in which everything waits.

use std::{sync::Arc, time::Duration};

use grantry::{
    HashingPoolConfig, MemoryStore, NewClient, Server, ServerBuilder,
    ports::{Clock, Stores},
    types::{Client, Dpop, GrantType, Policy, ProtectedResource, Ticket, Timestamp, Whose},
};
use grantry_conformance::{Bare, KeyHolder, Stage, World, Yielding, tenant_id};

use super::lent::{FarKeys, Kept, Roll, Turnstile, VOUCHER, Vouchers};

/// A world on stores that wait, behind a server whose other parts wait as well, and what they know.
pub struct Scene {
    /// The world, reached by the bare core.
    pub stage: Stage,
    /// Its stores.
    pub stores: Arc<Yielding>,
    /// The same, without waiting and uncounted.
    pub rows: Stores,
    pub users: Arc<Roll>,
    pub turnstile: Arc<Turnstile>,
    pub events: Arc<Kept>,
    key: KeyHolder,
}

impl Scene {
    /// A world at whose server everything waits that can.
    pub async fn new() -> Self {
        let (users, turnstile) = (Arc::new(Roll::default()), Arc::new(Turnstile::default()));
        let (lent, counts) = (users.clone(), turnstile.clone());
        let Aside { rows, stores, events, world } = Aside::new().await;
        let keys = Arc::new(FarKeys::of(&rows).await);
        let key = KeyHolder::eddsa("key");
        let keyed = NewClient::with_keys("keyed", key.jwks());
        let keyed = keyed.grants([GrantType::ClientCredentials]).scope("read");
        world.server.admin().create_client(&tenant_id("acme"), keyed).await.unwrap();
        super::visits::offers_devices(&world.server).await;
        offers_exchange(&world.server).await;
        let stage = with(world, &events, |builder| {
            let builder = builder.users(lent).throttle(counts).keyring(keys);
            builder.extension_grant(VOUCHER, Arc::new(Vouchers))
        });
        Self { stage: stage.await, stores, rows, users, turnstile, events, key }
    }

    /// A new assertion of the client of acme that proves itself by them.
    pub fn assertion(&self) -> String {
        let issuer = "https://id.example.com/oauth/acme";
        self.key.assert(&self.key.claims("keyed", issuer, self.stage.world.clock.now()))
    }

    /// A new proof of the same key for the token endpoint of acme.
    pub fn proof(&self) -> String {
        let url = "https://id.example.com/oauth/acme/token";
        self.key.prove(&self.key.proof_claims("POST", url, self.stage.world.clock.now()))
    }

    /// Waits until everything that was begun is done, also what nobody waits for.
    pub async fn settle(&self) {
        self.stage.world.server.close().await;
    }

    /// The grants of acme.
    pub async fn grants(&self) -> Vec<Ticket> {
        let acme = tenant_id("acme");
        self.rows.tickets.list(&acme, Whose::Tenant, None).await.unwrap().tickets
    }

    /// Forgets all grants, and whatever users did in browsers.
    pub async fn forget(&self) {
        let (rows, end) = (&self.rows, Timestamp::from_millis(u64::MAX));
        rows.tickets.sweep(end, usize::MAX).await.unwrap();
        rows.sessions.sweep(end, usize::MAX).await.unwrap();
        rows.interactions.sweep(end, usize::MAX).await.unwrap();
        rows.consents.erase(&tenant_id("acme")).await.unwrap();
    }
}

/// Acme offers the grant that the host lends, and binds tokens to keys.
pub async fn offers_exchange(server: &Server) {
    let (admin, acme) = (server.admin(), tenant_id("acme"));
    let offer = |policy: &mut Policy| {
        policy.grants.insert(GrantType::Extension);
        policy.dpop = Dpop::Allowed;
    };
    admin.change_tenant(&acme, offer).await.unwrap();
    let give = |client: &mut Client| client.grants.extend([GrantType::Extension]);
    admin.change_client(&acme, &"app".parse().unwrap(), give).await.unwrap();
}

/// A world on stores that wait, whose own server has the built-in parts.
pub struct Aside {
    /// Without waiting and uncounted.
    pub rows: Stores,
    pub stores: Arc<Yielding>,
    pub events: Arc<Kept>,
    pub world: World,
}

impl Aside {
    pub async fn new() -> Self {
        let rows: Stores = MemoryStore::default().into();
        let stores = Yielding::new(rows.clone());
        let world = World::new(stores.stores()).await;
        Self { rows, stores, events: Arc::default(), world }
    }

    /// Waits until everything is done that a server on these stores began.
    pub async fn settle(&self, s: &Stage) {
        s.world.server.close().await;
        assert_eq!(self.stores.unfinished(), 0, "a write was interrupted");
    }
}

/// The world behind a server with other parts.
pub async fn with(
    mut world: World,
    events: &Arc<Kept>,
    change: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> Stage {
    // The one real time here: no busy machine may turn a password away.
    let mut hashing = HashingPoolConfig::default();
    hashing.deadline = Duration::from_secs(600);
    let builder = Server::builder("https://id.example.com/oauth/{tenant}")
        .store(world.stores.clone())
        .hashing(hashing)
        .clock(world.clock.clone())
        .events(events.clone())
        .protected_resource(ProtectedResource::new(World::EACH));
    world.server = change(builder).build().await.unwrap();
    Stage { driver: Box::new(Bare(world.server.clone())), world }
}
