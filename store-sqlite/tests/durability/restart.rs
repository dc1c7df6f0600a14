//! A process ends, and another goes on with its file.

use std::time::Duration;

use grantry::{
    Server,
    ports::{Stores, Tickets},
    types::{Generation, Presented, Whose},
};
use grantry_conformance::{Bare, Stage, World, tenant_id};
use grantry_sqlite::SqliteStore;

use crate::{
    scratch::Scratch,
    shared::{NOW, grant, shown},
};

#[tokio::test]
async fn f_44_another_process_goes_on_where_this_one_ended() {
    let scratch = Scratch::new();
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    let world = World::new(store.clone()).await;
    let mut stage = Stage { driver: Box::new(Bare(world.server.clone())), world };
    let before = stage.tokens("acme", "app").await;
    let jwks = stage.get("/oauth/acme/jwks.json", &[]).await.json();
    stage.world.server.close().await;
    store.close().await;

    stage.world.stores = SqliteStore::open(scratch.path()).await.unwrap().into();
    let server = Server::builder("https://id.example.com/oauth/{tenant}");
    let server = server.store(stage.world.stores.clone()).clock(stage.world.clock.clone());
    stage.driver = Box::new(Bare(server.build().await.unwrap()));

    assert_eq!(stage.get("/oauth/acme/jwks.json", &[]).await.json(), jwks);
    let after = stage.refresh("acme", "app", &before.refresh).await.tokens();
    assert_ne!(after.refresh, before.refresh);
    assert_eq!(stage.tokens("acme", "backend").await.refresh.len(), before.refresh.len());
}

#[tokio::test]
async fn a_closed_store_answers_no_more_and_leaves_one_file() {
    let scratch = Scratch::new();
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    store.issue(&tenant_id("acme"), &grant(1)).await.unwrap();
    store.close().await;
    assert!(store.issue(&tenant_id("acme"), &grant(2)).await.is_err());
    assert!(store.read(&tenant_id("acme"), grant(1).id).await.is_err());
    let beside = std::fs::read_dir(scratch.path().parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1, "the log is in the file");
    store.close().await;
}

#[tokio::test]
async fn a_thousand_refreshes_hold_one_row() {
    let scratch = Scratch::new();
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    let (stores, acme) = (Stores::from(store), tenant_id("acme"));
    stores.tickets.issue(&acme, &grant(1)).await.unwrap();
    let mut now = NOW;
    for n in 1..=1000 {
        now = now.plus(Duration::from_secs(31));
        let presented = stores.tickets.present(&acme, grant(1).id, &shown(n), now).await.unwrap();
        let Presented::Rotated(ticket) = presented else { panic!("{presented:?}") };
        assert_eq!(ticket.generation, Generation(n + 1));
    }
    let all = stores.tickets.list(&acme, Whose::Tenant, None).await.unwrap();
    assert_eq!(all.tickets.len(), 1);
}
