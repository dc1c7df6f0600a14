//! Many at once, many times over: exactly one winner, decided by the store.

use std::time::Duration;

use futures_util::future::join_all;
use grantry::types::{EndReason, Generation, TicketState};

use crate::{Stage, Tokens};

/// How often each race is run.
const ROUNDS: usize = 200;
/// How many run in it.
const RUNNERS: usize = 64;

/// RFC 6749 §4.1.2, TK-02.
pub async fn of_64_redemptions_of_one_code_one_wins_and_the_grant_ends(s: &Stage) {
    for round in 0..ROUNDS {
        let code = s.direct_code("acme").await;
        let answers = join_all((0..RUNNERS).map(|_| s.redeem("acme", &code))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 200);
        assert_eq!((won.len(), lost.len()), (1, RUNNERS - 1), "round {round}");
        for answer in lost {
            assert_eq!(answer.status, 400);
            assert_eq!(answer.json()["details"][0]["reason"], "INVALID_GRANT");
        }
        let winner = won[0].tokens();
        let ticket = s.ticket("acme", &winner.access).await;
        assert_eq!(ticket.state, TicketState::Ended(EndReason::Reused), "round {round}");
        assert_eq!(s.direct_refresh("acme", &winner.refresh).await.status, 400);
    }
}

/// RF-01: one rotation, and everybody gets its successor.
pub async fn all_of_64_refreshes_of_one_token_get_the_same_successor(s: &Stage) {
    let Tokens { access, mut refresh } = s.direct_tokens("acme").await;
    for round in 1..=ROUNDS {
        let answers = join_all((0..RUNNERS).map(|_| s.direct_refresh("acme", &refresh))).await;
        let mut successors: Vec<_> = answers.iter().map(|answer| answer.tokens().refresh).collect();
        successors.sort_unstable();
        successors.dedup();
        assert_eq!(successors.len(), 1, "round {round}");
        assert_ne!(successors[0], refresh, "round {round}: rotated");
        refresh = successors.remove(0);
        let rotations = u32::try_from(round).expect("few rounds");
        let ticket = s.ticket("acme", &access).await;
        assert_eq!(ticket.generation, Generation(1 + rotations), "one rotation a round");
        s.world.clock.advance(Duration::from_secs(31));
    }
}
