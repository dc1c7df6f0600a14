//! While the store does not answer (F-07, F-13): documents are answered from memory, nobody gets a token by
//! what is too old, and no secret is said to be wrong.

use std::time::Duration;

use bytes::Bytes;
use grantry_conformance::Stage;
use tokio::time::{advance, timeout};

use crate::pair::{Pair, ask, ask_with, passes};

const DOCUMENTS: [&str; 2] =
    ["/oauth/acme/jwks.json", "/.well-known/oauth-authorization-server/oauth/acme"];

async fn documents(stage: &Stage) -> Vec<(u16, Bytes)> {
    let mut all = Vec::new();
    for path in DOCUMENTS {
        let answer = stage.get(path, &[]).await;
        all.push((answer.status.as_u16(), answer.body));
    }
    all
}

#[tokio::test]
async fn f_13_documents_are_answered_from_memory_for_five_minutes_and_grants_are_not() {
    let p = Pair::new().await;
    let good = documents(&p.there).await;
    assert!(good.iter().all(|(status, _)| *status == 200));
    let token = ask(&p.there, "backend").await.tokens().access;
    p.there_has.set_down(true);
    p.there_has.line.cut();
    p.there_has.line.noticed().await;
    for seconds in [0, 1, 100, 150] {
        advance(Duration::from_secs(seconds)).await;
        p.there.world.clock.advance(Duration::from_secs(seconds));
        assert_eq!(documents(&p.there).await, good);
        let answer = ask(&p.there, "backend").await;
        answer.assert_error(503, "temporarily_unavailable", "try again later");
        assert_eq!(answer.header("retry-after"), "1");
        assert!(!passes(&p.there, &token).await);
    }
    advance(Duration::from_secs(60)).await;
    p.there.world.clock.advance(Duration::from_secs(60));
    assert!(documents(&p.there).await.iter().all(|(status, _)| *status == 503));
    p.there_has.set_down(false);
    assert_eq!(documents(&p.there).await, good);
    assert_eq!(ask(&p.there, "backend").await.status, 200);
}

/// Nor does a document wait for as long as the store may take to fail.
#[tokio::test]
async fn f_13_documents_are_answered_from_memory_also_while_the_store_is_silent() {
    let p = Pair::new().await;
    let good = documents(&p.there).await;
    p.there_has.line.cut();
    p.there_has.line.noticed().await;
    p.there_has.hold(usize::MAX);
    for seconds in [1, 100, 150] {
        advance(Duration::from_secs(seconds)).await;
        p.there.world.clock.advance(Duration::from_secs(seconds));
        let hour = Duration::from_secs(3600);
        assert_eq!(timeout(hour, documents(&p.there)).await.expect("documents"), good);
    }
    p.there_has.let_go();
    assert_eq!(documents(&p.there).await, good);
    assert_eq!(ask(&p.there, "backend").await.status, 200);
}

#[tokio::test]
async fn f_07_who_is_refused_by_what_is_remembered_hears_that_the_store_is_down() {
    let p = Pair::new().await;
    ask(&p.there, "backend").await.tokens();
    for id in ["backend", "nobody"] {
        ask_with(&p.there, id, "nothing").await;
        ask_with(&p.there, id, "nothing").await;
    }
    p.there_has.set_down(true);
    for id in ["backend", "nobody", "nobody-else"] {
        let answer = ask_with(&p.there, id, "nothing").await;
        answer.assert_error(503, "temporarily_unavailable", "try again later");
    }
    // Whose row is known and believed goes on.
    assert_eq!(ask(&p.there, "backend").await.status, 200);
}

#[tokio::test]
async fn a_document_of_what_was_deleted_is_not_answered_from_memory() {
    let p = Pair::new().await;
    assert_eq!(documents(&p.there).await[0].0, 200);
    let acme = "acme".parse().unwrap();
    p.here.world.server.admin().delete_tenant(&acme).await.unwrap();
    p.there_has.line.settled().await;
    p.there_has.set_down(true);
    assert!(documents(&p.there).await.iter().all(|(status, _)| *status == 503));
}
