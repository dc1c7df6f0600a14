//! F-14, P3: a handler's future may be dropped whenever it waits. What it was doing is done then,
//! or not begun, and nobody is locked out.

use std::{future::Future, pin::pin, sync::Arc};

use futures_util::poll;
use grantry::{MemoryStore, MemoryTickets, ports::Stores, types::Generation};
use grantry_conformance::{Bare, Stage, World, Yielding};
use tokio::task::yield_now;

async fn stage() -> (Stage, Arc<Yielding<MemoryTickets>>) {
    let tickets = Arc::new(Yielding::new(MemoryTickets::default()));
    let stores = Stores { tickets: tickets.clone(), ..MemoryStore::default().into() };
    let world = World::new(stores).await;
    (Stage { driver: Box::new(Bare(world.server.clone())), world }, tickets)
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
        let (s, _) = stage().await;
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
        let (s, store) = stage().await;
        let mut begun_and_dropped = 0;
        for polls in 0.. {
            let tokens = s.tokens("acme", "app").await;
            let before = store.begun();
            let done = drop_after(polls, s.refresh("acme", "app", &tokens.refresh)).await;
            begun_and_dropped += usize::from(!done && store.begun() > before);
            settle().await;
            assert_eq!(store.unfinished(), 0, "dropped after {polls} polls");
            let generation = s.ticket("acme", &tokens.access).await.generation.0;
            assert_eq!(generation == 2, store.begun() > before, "begun is done");
            if done {
                break;
            }
        }
        assert!(begun_and_dropped > 0, "nothing was dropped in the middle of a write");
    });
}

#[test]
fn a_redemption_dropped_at_any_poll_is_done_or_not_begun() {
    run(async {
        let (s, store) = stage().await;
        for polls in 0.. {
            let code = s.direct_code("acme").await;
            let done = drop_after(polls, s.redeem("acme", &code)).await;
            settle().await;
            assert_eq!(store.unfinished(), 0, "dropped after {polls} polls");
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
        let (s, store) = stage().await;
        let tokens = s.tokens("acme", "app").await;
        let before = store.begun();
        for polls in 1.. {
            let refresh = s.refresh("acme", "app", &tokens.refresh);
            assert!(!drop_after(polls, refresh).await, "begun before it was done");
            if store.begun() > before {
                break;
            }
        }
        assert_eq!(store.unfinished(), 1, "it was interrupted in the middle");
        s.world.server.close().await;
        assert_eq!(store.unfinished(), 0);
    });
}
