//! A whole server over HTTP whose file finds no room on the disk (F-17). The server is never started again.

use std::{env, time::Duration};

use grantry_conformance::{Socket, Stage, World, get, outage::Promised};
use grantry_sqlite::SqliteStore;
use small_disk::Disk;
use tokio::{net::TcpListener, time::timeout};

use crate::killed::is_whole;

/// A server on this store, as axum serves it.
async fn serve(store: SqliteStore) -> Stage {
    let world = World::new(store).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let driver = Socket::to(listener.local_addr().unwrap());
    let app = grantry_axum::router::<()>(&world.server);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Stage { driver, world }
}

/// Ends a test that would hang. Nothing is measured by it.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(120), work).await.expect("it hangs")
}

#[tokio::test(flavor = "multi_thread")]
async fn f_17_a_server_without_room_reads_on_and_writes_again_when_there_is_some() {
    let disk = Disk::new(&env::temp_dir(), 16 << 20).unwrap();
    let file = disk.path().join("grantry.db");
    let store = SqliteStore::open(&file).await.unwrap();
    let s = serve(store.clone()).await;
    let mut promised = Promised::begin(&s, 20).await;
    let mut request = get("/api/acme/me");
    let token = format!("Bearer {}", s.tokens("acme", "app").await.access);
    request.headers_mut().insert("authorization", token.parse().unwrap());
    let (request, _) = request.into_parts();
    for _ in 0..2 {
        disk.fill().unwrap();
        soon(async { while promised.round(&s).await.answered > 0 {} }).await;
        s.world.guards.acme.check(&request).await.unwrap();
        disk.free().unwrap();
        soon(promised.recover(&s)).await;
    }
    promised.hold(&s).await;
    s.world.server.close().await;
    store.close().await;
    is_whole(&file);
}
