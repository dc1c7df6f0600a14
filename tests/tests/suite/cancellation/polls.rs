//! Every handler, dropped at each of its polls, in each framework.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use grantry_conformance::{Driver, World};

use super::{
    handlers::{HANDLERS, Handler},
    run_here,
    scene::Scene,
    trial::Trial,
};
use crate::drivers::{
    actix, axum, bare,
    polls::{Droppable, Here, Polls, Then},
    warp,
};

/// Drops a handler after no poll, one, two … until it comes to its answer before that.
async fn at_every_poll(scene: &Scene, way: &dyn Droppable, handler: Handler, then: Then) {
    for most in 0.. {
        let trial = Trial::begin(scene, way, handler).await;
        let goes = AssertUnwindSafe(trial.goes(Polls { most, then })).catch_unwind().await;
        let about = |_| format!("{handler:?} was dropped after {most} polls, {then:?}");
        if goes.map_err(about).unwrap() {
            // A tenant's row alone is two.
            return assert!(most > 2, "{handler:?} waits for nothing");
        }
    }
}

async fn every_handler(scene: &Scene, way: &dyn Droppable) {
    for then in [Then::AtOnce, Then::WhenWoken] {
        for handler in HANDLERS {
            at_every_poll(scene, way, handler, then).await;
        }
    }
}

async fn every_handler_here(driver: impl AsyncFnOnce(World) -> Box<dyn Driver>) {
    let scene = Scene::new().await;
    let way = Here(driver(scene.stage.world.clone()).await);
    every_handler(&scene, &way).await;
}

#[test]
fn f_14_the_bare_core_is_dropped_at_every_poll() {
    run_here(every_handler_here(bare));
}

#[test]
fn f_14_axum_drops_every_handler_at_every_poll() {
    run_here(every_handler_here(axum::in_process));
}

#[test]
fn f_14_actix_drops_every_handler_at_every_poll() {
    run_here(async {
        let scene = Scene::new().await;
        let way = actix::droppable(scene.stage.world.clone()).await;
        every_handler(&scene, &*way).await;
    });
}

#[test]
fn f_14_warp_drops_every_handler_at_every_poll() {
    run_here(every_handler_here(warp::in_process));
}
