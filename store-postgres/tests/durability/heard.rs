//! What one node writes, the others hear.

use std::time::Duration;

use grantry::{
    ports::{Changes, KeySet, Listener, StoreError, Stores},
    types::{Client, ClientKind, Policy, Tenant, TenantId, Version},
};

use super::{
    proxy::Proxy,
    world::{cluster, parsed, soon, store},
};

/// How often a node may be kept from its server in a row.
const TIMES: u32 = 5;

fn listen(stores: &Stores) -> Box<dyn Listener> {
    stores.changes.as_deref().map(Changes::listen).unwrap()
}

async fn next(listener: &mut dyn Listener) -> Result<String, StoreError> {
    soon(listener.next()).await.map(|tenant| tenant.to_string())
}

fn a_tenant(name: &str) -> Tenant {
    Tenant::new(parsed(name), Policy::new(parsed("https://api.example.com")))
}

/// F-40: each write of a tenant, a client or a tenant's keys is one word, at every node, and for each of the
/// servers that share the stores of one.
#[tokio::test(flavor = "multi_thread")]
async fn f_40_writes_of_one_node_are_heard_by_all() {
    // A node that the machine keeps from asking its server for half a second says that it may have missed
    // something, which is right, and shows nothing of words.
    for time in 0..TIMES {
        if writes_are_heard(&format!("heard_{time}")).await.is_ok() {
            return;
        }
    }
    panic!("{TIMES} times in a row a node said that it may have missed something");
}

async fn writes_are_heard(schema: &str) -> Result<(), StoreError> {
    let a = Stores::from(store(&cluster().url(), schema).await);
    let b = Stores::from(store(&cluster().url(), schema).await);
    let other = Stores::from(store(&cluster().url(), &format!("{schema}_not")).await);
    let mut all = [&a, &a, &b].map(listen);
    let mut elsewhere = listen(&other);
    let mut heard = async |tenant: &str| {
        for listener in &mut all {
            assert_eq!(next(&mut **listener).await?, tenant);
        }
        Ok::<_, StoreError>(())
    };
    let (acme, app) = (a_tenant("acme"), Client::new(parsed("app"), ClientKind::Public));
    let id: TenantId = acme.id.clone();
    a.tenants.create(acme.clone()).await?;
    heard("acme").await?;
    b.tenants.change(acme, Version(0)).await?;
    heard("acme").await?;
    a.clients.create(&id, app.clone()).await?;
    heard("acme").await?;
    b.clients.change(&id, app.clone(), Version(0)).await?;
    heard("acme").await?;
    a.clients.delete(&id, &app.id).await?;
    heard("acme").await?;
    a.clients.create(&id, app).await?;
    heard("acme").await?;
    b.clients.erase(&id).await?;
    heard("acme").await?;
    a.key_records.create(&id, KeySet::default()).await?;
    heard("acme").await?;
    b.key_records.change(&id, KeySet::default(), Version(0)).await?;
    heard("acme").await?;
    a.key_records.erase(&id).await?;
    heard("acme").await?;
    a.tenants.delete(&id).await?;
    heard("acme").await?;
    // What changes nothing says nothing, and neither does another schema.
    a.tenants.delete(&id).await?;
    other.tenants.create(a_tenant("elsewhere")).await?;
    b.tenants.create(a_tenant("globex")).await?;
    heard("globex").await?;
    assert_eq!(next(&mut *elsewhere).await?, "elsewhere");
    Ok(())
}

/// Who listens as soon as there is a store has missed nothing, and is not told so. On one thread, where nothing of the
/// store's runs between the two.
#[tokio::test]
async fn f_40_a_node_that_has_just_connected_missed_nothing() {
    let stores = Stores::from(store(&cluster().url(), "just").await);
    let mut listener = listen(&stores);
    let mut next = std::pin::pin!(listener.next());
    for _ in 0..16 {
        tokio::task::yield_now().await;
        assert!(futures_util::poll!(next.as_mut()).is_pending(), "nobody wrote anything");
    }
}

/// A node whose line is dead finds out by itself, says so for as long as it is, and hears again.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_hears_nothing_says_so() {
    let proxy = Proxy::before(cluster().socket()).await;
    let deaf = Stores::from(store(&proxy.url(""), "deaf").await);
    let writer = Stores::from(store(&cluster().url(), "deaf").await);
    let mut deaf = listen(&deaf);
    writer.tenants.create(a_tenant("before")).await.unwrap();
    assert_eq!(next(&mut *deaf).await.unwrap(), "before");
    proxy.silence(true);
    for _ in 0..3 {
        assert!(next(&mut *deaf).await.is_err());
    }
    proxy.silence(false);
    // It hears again at some time, and says that it missed something before it tells of anything.
    loop {
        let waits = tokio::time::timeout(Duration::from_millis(600), deaf.next()).await;
        if waits.is_err() {
            break;
        }
        assert!(waits.unwrap().is_err());
    }
    writer.tenants.create(a_tenant("after")).await.unwrap();
    assert_eq!(next(&mut *deaf).await.unwrap(), "after");
}
