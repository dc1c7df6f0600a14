//! Bytes that no client library would send: PL-04, PL-08. Whatever comes, the server lives, and the
//! next request is answered.

use grantry::MemoryStore;
use grantry_conformance::{World, exchange, lives_through_odd_bytes, run};

use crate::drivers::{actix, axum, warp};

async fn world() -> World {
    World::new(MemoryStore::default()).await
}

#[test]
fn axum_lives_through_odd_bytes() {
    run(async { lives_through_odd_bytes(axum::listen(world().await).await).await });
}

#[test]
fn actix_lives_through_odd_bytes() {
    run(async { lives_through_odd_bytes(actix::listen(world().await).await).await });
}

#[test]
fn warp_lives_through_odd_bytes() {
    run(async { lives_through_odd_bytes(warp::listen(world().await).await).await });
}

/// The one that warp's own `path::full()` does not survive: answered, not dropped.
#[test]
fn warp_answers_a_target_without_a_path() {
    run(async {
        let at = warp::listen(world().await).await;
        let head = "CONNECT foo:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let answer = exchange(at, head).await;
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer:?}");
    });
}
