//! F-36: frameworks that end while something is in the middle, by force or gracefully, and the server
//! that is closed after them. What was begun runs on the runtime of `build()` and is done; nothing
//! that a client was told is lost.

use std::{
    future::Future,
    pin::{Pin, pin},
};

use futures_util::{future::join_all, poll};
use grantry::{ports::EventKind, types::Generation};
use grantry_conformance::{Tokens, World, form, run};
use http::Request;
use tokio::task::yield_now;

use super::{client::Client, run_here, scene::Scene, trial::count};
use crate::drivers::{
    actix, axum,
    served::{Served, Stop},
    warp,
};

/// How many refreshes are in flight as a framework ends.
const IN_FLIGHT: usize = 24;

fn refresh(tokens: &Tokens) -> Request<bytes::Bytes> {
    let token = &*tokens.refresh;
    let parameters =
        [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", "app")];
    form("/oauth/acme/token", &parameters)
}

/// Demands that something does not end, though everything else has its turns.
async fn is_pending(mut end: Pin<&mut impl Future>) {
    for _ in 0..1_000 {
        assert!(poll!(end.as_mut()).is_pending(), "it waits for what was begun");
        yield_now().await;
    }
}

async fn by_force(serve: impl AsyncFnOnce(World) -> Served) {
    let scene = Scene::new().await;
    let s = &scene.stage;
    let served = serve(s.world.clone()).await;
    let first = s.tokens("acme", "app").await;
    let answer = Client::sends(served.at, &refresh(&first)).await.reads().await.unwrap();
    let acknowledged = answer.tokens();
    let tokens = s.tokens("acme", "app").await;
    scene.events.take();
    scene.stores.gate.close();
    let client = Client::sends(served.at, &refresh(&tokens)).await;
    scene.stores.gate.holds(1).await;
    served.stop(Stop::ByForce).await;
    assert!(client.reads().await.is_none(), "nobody is left to answer");
    {
        let mut closing = pin!(s.world.server.close());
        is_pending(closing.as_mut()).await;
        scene.stores.gate.open();
        closing.await;
    }
    assert_eq!(scene.stores.unfinished(), 0, "a write was interrupted");
    assert_eq!(s.ticket("acme", &tokens.access).await.generation, Generation(2));
    assert_eq!(count(&scene.events.take(), &EventKind::Rotated), 1);
    let asks = async || s.refresh("acme", "app", &tokens.refresh).await.tokens().refresh;
    assert_eq!(asks().await, asks().await);
    assert_eq!(s.ticket("acme", &tokens.access).await.generation, Generation(2));
    s.refresh("acme", "app", &acknowledged.refresh).await.tokens();
}

#[test]
fn f_36_axum_is_stopped_by_force() {
    run(by_force(axum::serve));
}

#[test]
fn f_36_actix_is_stopped_by_force() {
    run(by_force(actix::serve));
}

#[test]
fn f_36_warp_is_stopped_by_force() {
    run(by_force(warp::serve));
}

async fn gracefully(serve: impl AsyncFnOnce(World) -> Served) {
    let scene = Scene::new().await;
    let s = &scene.stage;
    let served = serve(s.world.clone()).await;
    let grants = join_all((0..IN_FLIGHT).map(|_| s.tokens("acme", "app"))).await;
    scene.stores.gate.close();
    let requests = grants.iter().map(refresh);
    let clients = join_all(requests.map(async |request| Client::sends(served.at, &request).await));
    let clients = clients.await;
    scene.stores.gate.holds(IN_FLIGHT).await;
    {
        let mut stopping = pin!(served.stop(Stop::Gracefully));
        is_pending(stopping.as_mut()).await;
        let mut closing = pin!(s.world.server.close());
        is_pending(closing.as_mut()).await;
        scene.stores.gate.open();
        let (answers, ()) =
            tokio::join!(join_all(clients.into_iter().map(Client::reads)), stopping);
        closing.await;
        assert_eq!(scene.stores.unfinished(), 0, "a write was interrupted");
        for (answer, tokens) in answers.into_iter().zip(&grants) {
            let acknowledged = answer.expect("an answer").tokens();
            assert_eq!(s.ticket("acme", &tokens.access).await.generation, Generation(2));
            let again = s.refresh("acme", "app", &acknowledged.refresh).await.tokens();
            assert_eq!(again.refresh, acknowledged.refresh, "held");
        }
    }
}

#[test]
fn f_36_axum_stops_gracefully() {
    run(gracefully(axum::serve));
}

#[test]
fn f_36_actix_stops_gracefully() {
    run(gracefully(actix::serve));
}

#[test]
fn f_36_warp_stops_gracefully() {
    run(gracefully(warp::serve));
}

/// Whoever calls `close` without a framework in front gets the same.
#[test]
fn closing_waits_for_what_was_begun() {
    run_here(async {
        let scene = Scene::new().await;
        let s = &scene.stage;
        let tokens = s.tokens("acme", "app").await;
        scene.stores.gate.close();
        {
            let mut refresh = pin!(s.refresh("acme", "app", &tokens.refresh));
            let mut held = pin!(scene.stores.gate.holds(1));
            while poll!(&mut held).is_pending() {
                assert!(poll!(&mut refresh).is_pending());
                yield_now().await;
            }
        }
        let mut closing = pin!(s.world.server.close());
        is_pending(closing.as_mut()).await;
        scene.stores.gate.open();
        closing.await;
        assert_eq!(scene.stores.unfinished(), 0);
        assert_eq!(s.ticket("acme", &tokens.access).await.generation, Generation(2));
    });
}
