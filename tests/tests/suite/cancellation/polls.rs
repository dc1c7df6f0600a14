//! Every handler, dropped at each of its polls, in each framework.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use grantry_conformance::{Driver, World};

use super::{
    handlers::HANDLERS,
    registering::{self, REGISTRATIONS},
    run_here,
    scene::Scene,
    trial::Trial,
    visits::{self, VISITS},
};
use crate::drivers::{
    actix, axum, bare,
    polls::{Droppable, Here, Polls, Then},
    warp,
};

/// Drops a handler after no poll, one, two … until it comes to its answer before that. Returns how often.
async fn at_every_poll(what: &str, then: Then, goes: impl AsyncFn(Polls) -> bool) -> usize {
    let mut most = 0;
    loop {
        let gone = AssertUnwindSafe(goes(Polls { most, then })).catch_unwind().await;
        let about = |_| format!("{what} was dropped after {most} polls, {then:?}");
        if gone.map_err(about).unwrap() {
            // A tenant's row alone is two.
            assert!(most > 2, "{what} waits for nothing");
            return most;
        }
        most += 1;
    }
}

#[expect(clippy::print_stdout, reason = "a passing test shows it where it is asked to")]
async fn every_handler(scene: &Scene, way: &dyn Droppable) {
    let mut dropped = 0;
    for then in [Then::AtOnce, Then::WhenWoken] {
        for row in HANDLERS {
            let goes = async |polls| Trial::begin(scene, way, row).await.goes(polls).await;
            dropped += at_every_poll(&format!("{row:?}"), then, goes).await;
        }
        for row in VISITS {
            let goes = async |polls| visits::Trial::begin(scene, way, row).await.goes(polls).await;
            dropped += at_every_poll(&format!("{row:?}"), then, goes).await;
        }
        for row in REGISTRATIONS {
            let goes =
                async |polls| registering::Trial::begin(scene, way, row).await.goes(polls).await;
            dropped += at_every_poll(&format!("{row:?}"), then, goes).await;
        }
    }
    println!("dropped {dropped} times");
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
