//! How long the server waits for what the host says in tokens (F-43). Time stands still here, and goes on
//! when there is nothing else to do: nobody waits.

use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::poll;
use grantry::{
    MemoryStore, Server,
    ports::{ClaimsAbout, CustomClaims, StoreError},
    types::ClaimSet,
};
use grantry_conformance::{Bare, Stage, World};
use tokio::time::{Instant, pause};

/// A host that does not say what there is to say of one client, as long as there is one.
#[derive(Debug)]
struct Hangs(Mutex<Option<&'static str>>);

#[async_trait]
impl CustomClaims for Hangs {
    async fn access_token(&self, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
        let hangs = *self.0.lock().expect("nobody panics") == Some(about.client.as_str());
        if hangs {
            pending::<()>().await;
        }
        Ok(ClaimSet::new())
    }
}

async fn stage(host: Arc<Hangs>) -> Stage {
    let mut world = World::new(MemoryStore::default()).await;
    let server = Server::builder("https://id.example.com/oauth/{tenant}")
        .store(world.stores.clone())
        .clock(world.clock.clone())
        .custom_claims(host);
    world.server = server.build().await.expect("a server");
    Stage { driver: Box::new(Bare(world.server.clone())), world }
}

#[tokio::test]
async fn f_43_a_host_that_hangs_costs_two_seconds_and_nobody_a_code() {
    let host = Arc::new(Hangs(Mutex::default()));
    let s = stage(host.clone()).await;
    let code = s.direct_code("acme").await;
    *host.0.lock().expect("nobody panics") = Some("direct");
    pause();
    let begun = Instant::now();
    assert_eq!(s.redeem("acme", &code).await.status, 503);
    let waited = begun.elapsed().as_secs_f64();
    assert!((2.0..2.1).contains(&waited), "{waited}");
    *host.0.lock().expect("nobody panics") = None;
    s.redeem("acme", &code).await.tokens();
}

#[tokio::test]
async fn f_43_a_host_that_hangs_costs_two_seconds_and_nobody_else_waits() {
    let s = stage(Arc::new(Hangs(Mutex::new(Some("backend"))))).await;
    let ask = async |client: &str| {
        let secret = s.world.secret("acme", client);
        let form = [("grant_type", "client_credentials")];
        s.post_basic("/oauth/acme/token", client, secret, &form).await
    };
    pause();
    let begun = Instant::now();
    let mut hangs = Box::pin(ask("backend"));
    assert!(poll!(&mut hangs).is_pending());
    // No lock is held meanwhile.
    assert_eq!(ask("basic-only").await.status, 200);
    assert_eq!(begun.elapsed(), Duration::ZERO);
    let answer = hangs.await;
    answer.assert_error(503, "temporarily_unavailable", "try again later");
    assert_eq!(answer.header("retry-after"), "1");
    let waited = begun.elapsed().as_secs_f64();
    assert!((2.0..2.1).contains(&waited), "{waited}");
}
