//! `POST …/token` and the documents where a part of the server is broken: 503 or 500 by RFC 6749,
//! never a refusal and never a success. Such a server stands beside the world's own and is asked by
//! the bare driver.

use std::{sync::Arc, time::Duration};

use grantry::{ports::Stores, types::EndReason::Reused, types::TicketState::Ended};

use super::{
    admin::{app_asks, backend_asks},
    broken::{Directory, Down},
    direct::beside,
    grant::{Grant, Holder},
    moody::{Mood, Moody},
    read_only::ReadOnly,
};
use crate::{Answer, Stage, World, rpc};

/// Demands 503, when to come back, and not a word of the cause.
#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"), "{answer:?}");
    match answer.header("content-type") {
        "text/html; charset=utf-8" => {}
        _ if answer.json().get("code").is_some() => answer.assert_private_json(),
        _ => answer.assert_error(503, "temporarily_unavailable", "try again later"),
    }
    assert!(!String::from_utf8_lossy(&answer.body).contains("cause"), "{answer:?}");
}

/// TK-26, RFC 6749 §5.2: whichever store does not answer, every grant that needs it is unavailable;
/// nobody is told that they are unknown or that their secret is wrong, nor why.
pub async fn a_store_that_does_not_answer_is_nobodys_fault(s: &Stage) {
    let own = || s.world.stores.clone();
    let grant = Grant::begin(s, "acme", Holder::App).await;
    let documents = ["/oauth/acme/jwks.json", "/oauth/acme/.well-known/openid-configuration"];
    let page = "/oauth/acme/authorize?client_id=nobody";
    const NO: bool = false;
    // Which of: client credentials, password, refresh; key set, metadata, page.
    for (stores, asks) in [
        (Stores { tenants: Arc::new(Down), ..own() }, [true; 6]),
        (Stores { clients: Arc::new(Down), ..own() }, [true, true, true, NO, NO, true]),
        (Stores { accounts: Arc::new(Down), ..own() }, [NO, true, true, NO, NO, NO]),
        (Stores { tickets: Arc::new(Down), ..own() }, [NO, true, true, NO, NO, NO]),
        (Stores { key_records: Arc::new(Down), ..own() }, [true, true, true, true, NO, NO]),
    ] {
        let down = beside(s, stores, |builder| builder).await;
        let answers = [
            backend_asks(&down, "acme").await,
            app_asks(&down, "acme").await,
            down.refresh("acme", "app", &grant.first.refresh).await,
            down.get(documents[0], &[]).await,
            down.get(documents[1], &[]).await,
            down.get(page, &[]).await,
        ];
        for (n, (answer, asks)) in answers.iter().zip(asks).enumerate() {
            match asks {
                true => assert_unavailable(answer),
                false if n == 5 => assert_eq!(answer.status, 400, "{answer:?}"),
                false => assert_eq!(answer.status, 200, "{n}: {answer:?}"),
            }
        }
    }
    // What was presented meanwhile is a retry.
    grant.gets(&grant.first.refresh).await;
}

/// TK-26, PL-08: a bug is a 500 with a fixed text, and the server lives.
pub async fn a_bug_is_a_server_error_and_nothing_more(s: &Stage) {
    let users = Arc::new(Directory::Broken);
    let broken = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    app_asks(&broken, "acme").await.assert_error(500, "server_error", "internal error");
    backend_asks(&broken, "acme").await.tokens();
}

/// RF-20: where an old token comes back and the store does not write, nobody is given anything, and
/// the answer does not say that the grant was ended: it was not. It is, as soon as that can be done.
pub async fn a_replay_that_cannot_be_written_issues_nothing(s: &Stage) {
    let tickets = Arc::new(ReadOnly(s.world.stores.tickets.clone()));
    let stores = Stores { tickets, ..s.world.stores.clone() };
    let full = beside(s, stores, |builder| builder).await;
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await.refresh;
        s.world.clock.advance(Duration::from_secs(31));
        let third = grant.gets(&second).await.refresh;
        let before = grant.row().await;
        // A replay, a retry, and the newest token, which would be held.
        for token in [&grant.first.refresh, &second, &third] {
            assert_unavailable(&holder.presents(&full, "acme", token).await);
        }
        assert_eq!(grant.row().await, before);
        grant.is_refused(&grant.first.refresh).await;
        assert_eq!(grant.row().await.state, Ended(Reused));
    }
    let code = s.direct_code("acme").await;
    assert_unavailable(&full.redeem("acme", &code).await);
    let first = s.redeem("acme", &code).await.tokens();
    assert_unavailable(&full.redeem("acme", &code).await);
    s.direct_refresh("acme", &first.refresh).await.tokens();
}

/// PL-08: nor does a panic cost anybody their turn: more of them than may be under way at once, or
/// than may fail, and the next is admitted.
pub async fn a_directory_that_panics_keeps_nobody_waiting(s: &Stage) {
    let users = Arc::new(Moody::default());
    let own = beside(s, s.world.stores.clone(), |builder| builder.users(users.clone())).await;
    let user = [("username", "own"), ("password", World::PASSWORD)];
    let asked = [&[("grant_type", "password"), ("client_id", "app")], &user[..]].concat();
    let broken = rpc(13, "SERVER_ERROR", "internal error", &[]);
    users.set(Mood::Broken);
    for _ in 0..20 {
        let answer = own.post("/oauth/acme/token", &asked).await;
        answer.assert_error(500, "server_error", "internal error");
        let answer = own.post("/oauth/acme/token/direct", &asked).await;
        answer.assert_rpc(500, &broken);
    }
    users.set(Mood::Fair);
    own.post("/oauth/acme/token", &asked).await.tokens();
    own.post("/oauth/acme/token/direct", &asked).await.tokens();
}
