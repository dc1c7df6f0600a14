//! F-24: clients that leave while the store is at their request, over real sockets. How a framework
//! takes it differs: axum and warp drop the handler of whoever closes the connection or one half of
//! it, actix only of whoever resets it. What was begun is done in all of them.

use grantry::{
    ports::EventKind,
    types::{EndReason, Generation, GrantType, TicketState},
};
use grantry_conformance::{ALICE, PASSWORD, World, form, get, query, run};
use http::Request;

use super::{
    client::{
        Client,
        Leaving::{self, Closes, ClosesItsHalf, Resets},
    },
    scene::Scene,
    trial::count,
};
use crate::drivers::{actix, axum, served::Served, warp};

async fn clients_leave(serve: impl AsyncFnOnce(World) -> Served) {
    let scene = Scene::new().await;
    let served = serve(scene.stage.world.clone()).await;
    for how in [Closes, ClosesItsHalf, Resets] {
        in_a_refresh(&scene, &served, how).await;
        in_a_redemption(&scene, &served, how).await;
        as_tokens_are_kept(&scene, &served, how).await;
        as_a_password_is_tried(&scene, &served, how).await;
    }
}

#[test]
fn f_24_clients_of_axum_leave() {
    run(clients_leave(axum::serve));
}

#[test]
fn f_24_clients_of_actix_leave() {
    run(clients_leave(actix::serve));
}

#[test]
fn f_24_clients_of_warp_leave() {
    run(clients_leave(warp::serve));
}

/// A client leaves while the store is at its request, and only then the store goes on. Returns the
/// answer, if one came.
async fn leaves(
    scene: &Scene,
    served: &Served,
    request: &Request<bytes::Bytes>,
    how: Leaving,
) -> Option<grantry_conformance::Answer> {
    scene.events.take();
    scene.stores.gate.close();
    let client = Client::sends(served.at, request).await;
    scene.stores.gate.holds(1).await;
    let rest = client.leaves(how).await;
    others_have_their_turn(served).await;
    assert_eq!(scene.stores.unfinished(), 1, "it is in the middle");
    scene.stores.gate.open();
    scene.settle().await;
    assert_eq!(scene.stores.unfinished(), 0, "{how:?}: a write was interrupted");
    match rest {
        Some(client) => client.reads().await,
        None => None,
    }
}

/// So that the framework, too, has seen that somebody left, if it looks.
async fn others_have_their_turn(served: &Served) {
    for _ in 0..20 {
        let answer = Client::sends(served.at, &get("/hello")).await.reads().await.unwrap();
        assert_eq!(*answer.body, *b"hello");
    }
}

async fn in_a_refresh(scene: &Scene, served: &Served, how: Leaving) {
    scene.forget().await;
    let token = scene.stage.tokens("acme", "app").await.refresh;
    let parameters =
        [("grant_type", "refresh_token"), ("refresh_token", &token), ("client_id", "app")];
    let request = form("/oauth/acme/token", &parameters);
    let answer = leaves(scene, served, &request, how).await;
    assert_eq!(scene.grants().await[0].generation, Generation(2), "{how:?}");
    assert_eq!(count(&scene.events.take(), &EventKind::Rotated), 1, "{how:?}");
    let asks = async || Client::sends(served.at, &request).await.reads().await.unwrap().tokens();
    let successor = asks().await.refresh;
    assert_ne!(successor, token);
    for _ in 0..4 {
        assert_eq!(asks().await.refresh, successor);
    }
    assert_eq!(scene.grants().await[0].generation, Generation(2), "{how:?}");
    if let Some(answer) = answer {
        assert_eq!(answer.tokens().refresh, successor, "what was acknowledged is not lost");
    }
}

async fn in_a_redemption(scene: &Scene, served: &Served, how: Leaving) {
    scene.forget().await;
    let code = scene.stage.direct_code("acme").await;
    let parameters =
        [("grant_type", "authorize_code"), ("code", &code), ("redirect_uri", World::REDIRECT)];
    let request = get(&format!("/oauth/acme/token?{}", query(&parameters)));
    let answer = leaves(scene, served, &request, how).await;
    assert_eq!(scene.grants().await[0].generation, Generation::FIRST, "{how:?}");
    assert_eq!(count(&scene.events.take(), &EventKind::Redeemed), 1, "{how:?}");
    if let Some(answer) = answer {
        scene.stage.direct_refresh("acme", &answer.tokens().refresh).await.tokens();
    }
    // A code is redeemed once, whoever has the answer.
    let again = Client::sends(served.at, &request).await.reads().await.unwrap();
    assert_eq!(again.status, 400, "{how:?}");
    assert_eq!(scene.grants().await[0].state, TicketState::Ended(EndReason::Reused));
}

fn sign_in() -> Request<bytes::Bytes> {
    let parameters = [("grant_type", "password"), ALICE, PASSWORD, ("client_id", "app")];
    form("/oauth/acme/token", &parameters)
}

async fn as_tokens_are_kept(scene: &Scene, served: &Served, how: Leaving) {
    scene.forget().await;
    let answer = leaves(scene, served, &sign_in(), how).await;
    assert_eq!(scene.grants().await.len(), 1, "{how:?}");
    let issued = EventKind::Issued(GrantType::Password);
    assert_eq!(count(&scene.events.take(), &issued), 1, "{how:?}");
    if let Some(answer) = answer {
        scene.stage.refresh("acme", "app", &answer.tokens().refresh).await.tokens();
    }
    assert_eq!(scene.turnstile.under_way(), 0);
}

async fn as_a_password_is_tried(scene: &Scene, served: &Served, how: Leaving) {
    let before = scene.turnstile.settled();
    scene.users.gate.close();
    let client = Client::sends(served.at, &sign_in()).await;
    scene.users.gate.holds(1).await;
    assert_eq!(scene.turnstile.under_way(), 1, "it is in the middle");
    let rest = client.leaves(how).await;
    others_have_their_turn(served).await;
    scene.users.gate.open();
    // Whoever was dropped is settled in a task, and a handler that goes on needs a few turns.
    for _ in 0..50 {
        if scene.turnstile.under_way() > 0 {
            others_have_their_turn(served).await;
        }
    }
    assert_eq!(scene.turnstile.under_way(), 0, "{how:?}: an attempt was never settled");
    assert_eq!(scene.turnstile.settled(), before + 1, "{how:?}: settled once");
    if let Some(answer) = match rest {
        Some(client) => client.reads().await,
        None => None,
    } {
        scene.stage.refresh("acme", "app", &answer.tokens().refresh).await.tokens();
    }
    Client::sends(served.at, &sign_in()).await.reads().await.unwrap().tokens();
}
