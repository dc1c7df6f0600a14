//! What one store writes, another on the same file hears of.

use std::{collections::BTreeSet, pin::pin, task::Poll};

use futures_util::poll;
use grantry::{
    ports::{Changes, KeySet, Listener, Stores},
    types::{Client, ClientKind, Policy, Tenant, TenantId, Version},
};
use grantry_conformance::tenant_id;
use grantry_sqlite::SqliteStore;

use crate::scratch::Scratch;

fn listen(stores: &Stores) -> Box<dyn Listener> {
    stores.changes.as_deref().map(Changes::listen).unwrap()
}

async fn heard(listener: &mut dyn Listener, words: usize) -> BTreeSet<TenantId> {
    let mut heard = BTreeSet::new();
    for _ in 0..words {
        heard.insert(listener.next().await.unwrap());
    }
    heard
}

#[tokio::test]
async fn f_40_every_change_of_a_tenant_its_clients_and_its_keys_is_heard_and_nothing_else() {
    let scratch = Scratch::new();
    let here = Stores::from(SqliteStore::open(scratch.path()).await.unwrap());
    let there = Stores::from(SqliteStore::open(scratch.path()).await.unwrap());
    let (acme, policy) = (tenant_id("acme"), Policy::new("https://a.example".parse().unwrap()));
    let client = Client::new("app".parse().unwrap(), ClientKind::Public);
    let next = |version| Version(version + 1);

    let mut row = Tenant::new(acme.clone(), policy.clone());
    here.tenants.create(row.clone()).await.unwrap();
    let from = row.version;
    row.version = next(from.0);
    here.tenants.change(row, from).await.unwrap();
    here.clients.create(&acme, client.clone()).await.unwrap();
    let mut changed = client.clone();
    changed.version = next(client.version.0);
    here.clients.change(&acme, changed, client.version).await.unwrap();
    here.clients.delete(&acme, &client.id).await.unwrap();
    let keys = |version| KeySet { version: Version(version), keys: Vec::new() };
    here.key_records.create(&acme, keys(0)).await.unwrap();
    here.key_records.change(&acme, keys(1), Version(0)).await.unwrap();
    here.key_records.erase(&acme).await.unwrap();
    // What changes nothing is no word.
    here.clients.delete(&acme, &client.id).await.unwrap();
    here.key_records.change(&acme, keys(2), Version(9)).await.unwrap();
    here.tenants.create(Tenant::new(acme.clone(), policy.clone())).await.unwrap();
    here.tenants.delete(&acme).await.unwrap();
    here.tenants.create(Tenant::new(tenant_id("globex"), policy)).await.unwrap();

    // Two servers on one value hear as much as each alone.
    for mut listener in [&there, &here, &here].map(listen) {
        assert_eq!(heard(&mut *listener, 9).await, [acme.clone()].into());
        assert_eq!(listener.next().await.unwrap(), tenant_id("globex"));
    }
}

#[tokio::test]
async fn who_stops_listening_in_between_misses_no_word() {
    let scratch = Scratch::new();
    let stores = Stores::from(SqliteStore::open(scratch.path()).await.unwrap());
    let mut listener = listen(&stores);
    let policy = Policy::new("https://a.example".parse().unwrap());
    for n in 0..20 {
        let tenant = tenant_id(&format!("t{n}"));
        stores.tenants.create(Tenant::new(tenant.clone(), policy.clone())).await.unwrap();
        for _ in 0..3 {
            let mut next = pin!(listener.next());
            let polled = poll!(next.as_mut());
            assert!(matches!(polled, Poll::Pending), "{polled:?}");
        }
        assert_eq!(listener.next().await.unwrap(), tenant);
    }
}

#[tokio::test]
async fn whoever_missed_what_was_forgotten_is_told_so() {
    let scratch = Scratch::new();
    let stores = Stores::from(SqliteStore::open(scratch.path()).await.unwrap());
    let mut listener = listen(&stores);
    let db = rusqlite::Connection::open(scratch.path()).unwrap();
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
        INSERT INTO changes (tenant) SELECT 'acme' FROM n";
    db.execute(many, []).unwrap();
    let kept: i64 = db.query_row("SELECT count(*) FROM changes", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 4096);
    assert!(listener.next().await.is_err());
    assert_eq!(listener.next().await.unwrap(), tenant_id("acme"));
}

#[tokio::test]
async fn a_store_that_is_closed_says_that_it_hears_nothing() {
    let scratch = Scratch::new();
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    let mut listener = listen(&store.clone().into());
    store.close().await;
    assert!(listener.next().await.is_err());
}
