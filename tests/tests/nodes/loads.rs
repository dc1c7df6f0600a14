//! Who asks for a cold row asks alone (F-25), and what is under way while it changes is not believed.

use std::sync::Arc;

use futures_util::poll;
use grantry_conformance::Stage;

use crate::pair::{Pair, ask, assert_refused, disable};

#[tokio::test]
async fn f_25_five_hundred_first_hits_of_a_cold_tenant_make_one_read_of_each_row() {
    let p = Pair::new().await;
    let there: Arc<Stage> = p.there.into();
    let node = &p.there_has;
    node.hold(usize::MAX);
    let tasks: Vec<_> = (0..500)
        .map(|_| {
            let there = there.clone();
            tokio::spawn(async move { ask(&there, "backend").await.status })
        })
        .collect();
    node.gate.holds(1).await;
    // All of them are under way.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    node.let_go();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 200);
    }
    assert_eq!((node.tenants.take(), node.clients.take(), node.keys.take()), (1, 1, 1));
}

#[tokio::test]
async fn f_25_a_request_that_leaves_hands_its_read_over() {
    let p = Pair::new().await;
    p.there_has.hold(1);
    let (first, second) = (ask(&p.there, "backend"), ask(&p.there, "backend"));
    let (mut first, mut second) = (Box::pin(first), Box::pin(second));
    assert!(poll!(&mut first).is_pending());
    assert!(poll!(&mut second).is_pending());
    drop(first);
    p.there_has.let_go();
    assert_eq!(second.await.status, 200);
    assert_eq!(p.there_has.tenants.take(), 1);
}

#[tokio::test]
async fn f_40_what_was_read_before_a_change_is_not_believed_after_it() {
    let p = Pair::new().await;
    for heard in [true, false] {
        // The tenant is known, the client's row is on its way.
        ask(&p.there, "basic-only").await.tokens();
        p.there_has.hold(1);
        let mut under_way = Box::pin(ask(&p.there, "backend"));
        assert!(poll!(&mut under_way).is_pending());
        disable(if heard { &p.here } else { &p.there }, "backend").await;
        if heard {
            p.there_has.line.settled().await;
        }
        p.there_has.let_go();
        // It began before.
        assert_eq!(under_way.await.status, 200);
        assert_refused(&ask(&p.there, "backend").await);
        let (admin, acme) = (p.here.world.server.admin(), "acme".parse().unwrap());
        admin.enable_client(&acme, &"backend".parse().unwrap()).await.unwrap();
        p.settle().await;
    }
}

#[tokio::test]
async fn an_error_is_told_to_all_who_wait_and_not_remembered() {
    let p = Pair::new().await;
    p.there_has.set_down(true);
    p.there_has.hold(1);
    let (first, second) = (ask(&p.there, "backend"), ask(&p.there, "backend"));
    let (mut first, mut second) = (Box::pin(first), Box::pin(second));
    assert!(poll!(&mut first).is_pending());
    assert!(poll!(&mut second).is_pending());
    p.there_has.set_down(false);
    p.there_has.let_go();
    for answer in [first.await, second.await] {
        answer.assert_error(503, "temporarily_unavailable", "try again later");
    }
    assert_eq!(p.there_has.tenants.take(), 1);
    assert_eq!(ask(&p.there, "backend").await.status, 200);
}
