//! Two nodes over one store.

use std::{sync::Arc, time::Duration};

use grantry::{
    CacheConfig, HashingPoolConfig, MemoryStore, Server, async_trait,
    ports::{Fetch, FetchError, Fetched, Stores},
    types::ClientId,
};
use grantry_conformance::{
    Answer, Bare, Kept, KeyHolder, Node, SeededEntropy, Shared, Stage, World, tenant_id,
};
use http::request::Parts;
use tokio::time::pause;

const MOMENT: Duration = Duration::from_millis(1);

/// Two nodes, which both remember rows and hear of each other's changes at once.
pub struct Pair {
    pub here: Stage,
    pub there: Stage,
    pub here_has: Arc<Node>,
    pub there_has: Arc<Node>,
}

impl Pair {
    /// The tokio clock stands still from here on, as that of requests does.
    pub async fn new() -> Self {
        let pair = Self::in_real_time().await;
        pause();
        pair
    }

    pub async fn in_real_time() -> Self {
        let shared = Shared::over(MemoryStore::default());
        let (here_has, there_has) = (shared.node(), shared.node());
        let world = World::new(here_has.stores()).await;
        let there = another(&world, there_has.stores()).await;
        let here = Stage { driver: Box::new(Bare(world.server.clone())), world };
        let pair = Self { here, there, here_has, there_has };
        // A word, or it would take the other one two seconds to believe that it hears.
        let (admin, acme) = (pair.here.world.server.admin(), tenant_id("acme"));
        admin.change_tenant(&acme, |policy| policy.retry_window += MOMENT).await.unwrap();
        admin.change_tenant(&acme, |policy| policy.retry_window -= MOMENT).await.unwrap();
        pair.settle().await;
        pair
    }

    /// One more server on the stores of the other one.
    pub async fn beside_there(&self) -> Stage {
        another(&self.there.world, self.there.world.stores.clone()).await
    }

    /// Waits until both have heard everything, and forgets how often they read.
    pub async fn settle(&self) {
        for node in [&self.here_has, &self.there_has] {
            node.line.settled().await;
            for reads in [&node.tenants, &node.clients, &node.keys] {
                reads.take();
            }
        }
    }
}

/// The same world, as another server has it.
async fn another(world: &World, stores: Stores) -> Stage {
    let mut world = world.clone();
    let mut hashing = HashingPoolConfig::default();
    hashing.deadline = Duration::from_secs(600);
    let events = Arc::new(Kept::default());
    let mut cache = CacheConfig::default();
    (cache.tenants, cache.clients, cache.unknown) = (1_000, 1_000, 500);
    let server = Server::builder("https://id.example.com/oauth/{tenant}")
        .store(stores.clone())
        .clock(world.clock.clone())
        .entropy(Arc::new(SeededEntropy::default()))
        .hashing(hashing)
        .cache(cache)
        .events(events.clone())
        .fetch(Arc::new(Keys))
        .build()
        .await
        .unwrap();
    world.guards.acme = server.guard(World::AUDIENCE).tenant("acme").unwrap();
    (world.server, world.stores, world.events) = (server, stores, events);
    Stage { driver: Box::new(Bare(world.server.clone())), world }
}

/// Where clients keep their keys: each of these names is the path of the key of that name.
#[derive(Debug)]
struct Keys;

#[async_trait]
impl Fetch for Keys {
    async fn json(&self, url: &str) -> Result<Fetched, FetchError> {
        let name = url.strip_prefix("https://keys.example.com/").ok_or(FetchError::Status(404))?;
        Ok(Fetched { body: KeyHolder::eddsa(name).jwks().into(), max_age: None })
    }
}

pub fn client(id: &str) -> ClientId {
    id.parse().unwrap()
}

/// Stops a client at a node.
pub async fn disable(stage: &Stage, id: &str) {
    stage.world.server.admin().disable_client(&tenant_id("acme"), &client(id)).await.unwrap();
}

/// A client of acme asks for a token on its own behalf.
pub async fn ask(stage: &Stage, id: &str) -> Answer {
    ask_with(stage, id, stage.world.secret("acme", id)).await
}

/// The same with that secret.
pub async fn ask_with(stage: &Stage, id: &str, secret: &str) -> Answer {
    let grant = [("grant_type", "client_credentials")];
    stage.post_basic("/oauth/acme/token", id, secret, &grant).await
}

/// Whether a node's guard lets a token in.
pub async fn passes(stage: &Stage, token: &str) -> bool {
    let request = http::Request::get("/me").header("authorization", format!("Bearer {token}"));
    let (parts, ()): (Parts, ()) = request.body(()).unwrap().into_parts();
    stage.world.guards.acme.check(&parts).await.is_ok()
}

/// Nobody who is refused learns more.
#[track_caller]
pub fn assert_refused(answer: &Answer) {
    answer.assert_error(401, "invalid_client", "client authentication failed");
}
