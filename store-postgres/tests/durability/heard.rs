//! What one node writes, the others hear.

use std::time::Duration;

use grantry::{
    ports::{Changes, KeySet, Listener, Stores},
    types::{Client, ClientKind, Policy, Tenant, TenantId, Version},
};

use super::{
    proxy::Proxy,
    world::{cluster, parsed, soon, store},
};

fn listen(stores: &Stores) -> Box<dyn Listener> {
    stores.changes.as_deref().map(Changes::listen).unwrap()
}

async fn next(listener: &mut dyn Listener) -> Option<String> {
    soon(listener.next()).await.ok().map(|tenant| tenant.to_string())
}

fn a_tenant(name: &str) -> Tenant {
    Tenant::new(parsed(name), Policy::new(parsed("https://api.example.com")))
}

/// F-40: each write of a tenant, a client or a tenant's keys is one word, at every node, and for each of the
/// servers that share the stores of one.
#[tokio::test(flavor = "multi_thread")]
async fn f_40_writes_of_one_node_are_heard_by_all() {
    let a = Stores::from(store(&cluster().url(), "heard").await);
    let b = Stores::from(store(&cluster().url(), "heard").await);
    let other = Stores::from(store(&cluster().url(), "elsewhere").await);
    let mut all = [&a, &a, &b].map(listen);
    let mut elsewhere = listen(&other);
    let mut heard = async |tenant: &str| {
        for listener in &mut all {
            assert_eq!(next(&mut **listener).await.as_deref(), Some(tenant));
        }
    };
    let (acme, app) = (a_tenant("acme"), Client::new(parsed("app"), ClientKind::Public));
    let id: TenantId = acme.id.clone();
    a.tenants.create(acme.clone()).await.unwrap();
    heard("acme").await;
    b.tenants.change(acme, Version(0)).await.unwrap();
    heard("acme").await;
    a.clients.create(&id, app.clone()).await.unwrap();
    heard("acme").await;
    b.clients.change(&id, app.clone(), Version(0)).await.unwrap();
    heard("acme").await;
    a.clients.delete(&id, &app.id).await.unwrap();
    heard("acme").await;
    a.clients.create(&id, app).await.unwrap();
    heard("acme").await;
    b.clients.erase(&id).await.unwrap();
    heard("acme").await;
    a.key_records.create(&id, KeySet::default()).await.unwrap();
    heard("acme").await;
    b.key_records.change(&id, KeySet::default(), Version(0)).await.unwrap();
    heard("acme").await;
    a.key_records.erase(&id).await.unwrap();
    heard("acme").await;
    a.tenants.delete(&id).await.unwrap();
    heard("acme").await;
    // What changes nothing says nothing, and neither does another schema.
    a.tenants.delete(&id).await.unwrap();
    other.tenants.create(a_tenant("elsewhere")).await.unwrap();
    b.tenants.create(a_tenant("globex")).await.unwrap();
    heard("globex").await;
    assert_eq!(next(&mut *elsewhere).await.as_deref(), Some("elsewhere"));
}

/// A node whose line is dead finds out by itself, says so for as long as it is, and hears again.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_hears_nothing_says_so() {
    let proxy = Proxy::before(cluster().socket()).await;
    let deaf = Stores::from(store(&proxy.url(""), "deaf").await);
    let writer = Stores::from(store(&cluster().url(), "deaf").await);
    let mut deaf = listen(&deaf);
    writer.tenants.create(a_tenant("before")).await.unwrap();
    assert_eq!(next(&mut *deaf).await.as_deref(), Some("before"));
    proxy.silence(true);
    for _ in 0..3 {
        assert_eq!(next(&mut *deaf).await, None);
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
    assert_eq!(next(&mut *deaf).await.as_deref(), Some("after"));
}
