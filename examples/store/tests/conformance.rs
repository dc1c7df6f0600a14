//! What the conformance suite says of the store: this is all that a store of your own needs.

use example_store::JsonStore;
use grantry::{Server, ports::Stores};
use grantry_conformance::{Bare, Driver, Stage, World};

async fn bare(world: World) -> Box<dyn Driver> {
    Box::new(Bare(world.server))
}

/// The contract of the ports.
mod store {
    grantry_conformance::conformance! {
        cases: store,
        stores: { json: example_store::JsonStore::default },
    }
}

/// Every requirement of the protocol, by a server on it.
mod protocol {
    grantry_conformance::conformance! {
        cases: protocol,
        drivers: { bare: crate::bare },
        stores: { json: example_store::JsonStore::default },
    }
}

/// Many at once.
mod races {
    grantry_conformance::conformance! {
        cases: races,
        drivers: { bare: crate::bare },
        stores: { json: example_store::JsonStore::default },
    }
}

/// What no case of the suite can see: a process that ends, and another that goes on with its rows.
#[tokio::test]
async fn another_process_goes_on_where_this_one_ended() {
    let store = JsonStore::default();
    let world = World::new(store.clone()).await;
    let mut stage = Stage { driver: Box::new(Bare(world.server.clone())), world };
    let before = stage.tokens("acme", "app").await;
    let jwks = stage.get("/oauth/acme/jwks.json", &[]).await.json();
    stage.world.server.close().await;

    let text = store.dump().unwrap();
    let loaded = Stores::from(JsonStore::load(&text).unwrap());
    let server = Server::builder("https://id.example.com/oauth/{tenant}");
    let server = server.store(loaded).master_key(World::master_key());
    let server = server.clock(stage.world.clock.clone());
    stage.driver = Box::new(Bare(server.build().await.unwrap()));

    assert_eq!(stage.get("/oauth/acme/jwks.json", &[]).await.json(), jwks);
    let after = stage.refresh("acme", "app", &before.refresh).await.tokens();
    assert_ne!(after.refresh, before.refresh);
    assert_eq!(stage.tokens("acme", "backend").await.refresh.len(), before.refresh.len());
}
