//! F-14, P3: a handler's future may be dropped whenever it waits. What it was doing is done then,
//! or not begun, and nobody is locked out.

use std::{future::Future, pin::pin, sync::Arc};

use futures_util::poll;
use grantry::{MemoryStore, MemoryTickets, ports::Stores, types::Generation};
use grantry_conformance::{Bare, Stage, World, Yielding, form};
use tokio::task::yield_now;

async fn stage() -> Stage {
    let tickets = Arc::new(Yielding(MemoryTickets::default()));
    let world = World::new(Stores { tickets, ..MemoryStore::default().into() }).await;
    Stage { driver: Box::new(Bare(world.server.clone())), world }
}

/// Polls a future so often and drops it. Returns whether it was done.
async fn drop_after<T>(polls: usize, future: impl Future<Output = T>) -> bool {
    let mut future = pin!(future);
    for _ in 0..polls {
        if poll!(future.as_mut()).is_ready() {
            return true;
        }
        yield_now().await;
    }
    false
}

/// What was begun runs on; it waits for nothing but its turn.
async fn settle() {
    for _ in 0..200 {
        yield_now().await;
    }
}

/// On one thread, so that nothing runs between two polls but by its turn.
fn run(case: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(case);
}

#[test]
fn a_refresh_dropped_at_any_poll_can_be_repeated() {
    run(async {
        let s = stage().await;
        for polls in 0.. {
            let tokens = s.tokens("acme", "app").await;
            let done = drop_after(polls, s.refresh("acme", "app", &tokens.refresh)).await;
            settle().await;
            let generation = s.ticket("acme", &tokens.access).await.generation;
            assert!(generation <= Generation(2), "dropped after {polls} polls: {generation:?}");
            let again = s.refresh("acme", "app", &tokens.refresh).await.tokens();
            assert_ne!(again.refresh, tokens.refresh, "dropped after {polls} polls");
            assert_eq!(s.ticket("acme", &tokens.access).await.generation, Generation(2));
            if done {
                assert!(polls > 2, "the store made nobody wait");
                return;
            }
        }
    });
}

#[test]
fn a_write_that_was_begun_is_done_though_nobody_waits_for_it() {
    run(async {
        let s = stage().await;
        let tokens = s.tokens("acme", "app").await;
        let mut polls = 0;
        // The first poll that changes anything at all must change it to the end.
        while s.ticket("acme", &tokens.access).await.generation == Generation::FIRST {
            polls += 1;
            assert!(!drop_after(polls, s.refresh("acme", "app", &tokens.refresh)).await);
            settle().await;
        }
        let ticket = s.ticket("acme", &tokens.access).await;
        assert_eq!((ticket.generation, ticket.version.0), (Generation(2), 1));
    });
}

#[test]
fn a_redemption_dropped_at_any_poll_is_done_or_not_begun() {
    run(async {
        let s = stage().await;
        for polls in 0.. {
            let code = s.direct_code("acme").await;
            let done = drop_after(polls, s.redeem("acme", &code)).await;
            settle().await;
            let status = s.redeem("acme", &code).await.status.as_u16();
            assert!(matches!(status, 200 | 400), "dropped after {polls} polls: {status}");
            if done {
                assert_eq!(status, 400, "a code is redeemed once");
                return;
            }
        }
    });
}

#[test]
fn closing_waits_for_what_was_begun() {
    run(async {
        let s = stage().await;
        let tokens = s.tokens("acme", "app").await;
        let parameters = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &tokens.refresh),
            ("client_id", "app"),
        ];
        let request = form("/oauth/acme/token", &parameters);
        drop_after(2, s.world.server.handle(request)).await;
        s.world.server.close().await;
        let version = s.ticket("acme", &tokens.access).await.version;
        settle().await;
        assert_eq!(s.ticket("acme", &tokens.access).await.version, version, "nothing came later");
    });
}
