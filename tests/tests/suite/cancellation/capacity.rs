//! F-27: sign-ins that nobody waits for any more hold no place, neither among the passwords that are
//! hashed nor among the attempts that are under way.

use std::time::Duration;

use grantry::{HashingPoolConfig, ThrottleConfig};
use grantry_conformance::{ALICE, PASSWORD, get, query};

use super::{
    run_here,
    scene::{Aside, with},
};
use crate::drivers::polls::{Polls, Then};

/// More than may be under way of one name, and more than may wait for a hash.
const DROPPED: usize = 24;

#[test]
fn f_27_sign_ins_that_were_dropped_hold_no_place() {
    run_here(async {
        let Aside { stores, events, world, .. } = Aside::new().await;
        let mut hashing = HashingPoolConfig::default();
        (hashing.threads, hashing.queue) = (std::num::NonZeroUsize::MIN, 8);
        hashing.deadline = Duration::from_secs(600);
        let s = with(world, &events, |builder| builder.hashing(hashing)).await;
        let ask = || {
            let parameters = [("grant_type", "password"), ALICE, PASSWORD];
            s.send(get(&format!("/oauth/acme/token?{}", query(&parameters))))
        };
        for n in 0..DROPPED {
            // At the tenant's row, the throttle, the user's row, the hash and what follows.
            let polls = Polls { most: 1 + n % 20, then: Then::AtOnce };
            if let Some(answer) = polls.of(ask()).await {
                answer.tokens();
            }
            s.world.server.close().await;
            // Whoever hangs up has failed; that is forgotten, and a place that leaks is not.
            s.world.clock.advance(ThrottleConfig::default().forget_after);
        }
        assert_eq!(stores.unfinished(), 0);
        let answer = loop {
            let answer = ask().await;
            // The thread may not yet have come by all who left.
            if answer.status != 503 {
                break answer;
            }
        };
        answer.tokens();
    });
}
