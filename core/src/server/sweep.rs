//! Forgets what expired, in the background and in small steps.

use std::time::Duration;

use crate::ports::{Ports, Tasks};
use crate::types::Timestamp;

/// How often.
const EVERY: Duration = Duration::from_secs(60);
/// Tickets of one step, which keeps others from writing for some 10 ms (F-30).
const STEP: usize = 100;
/// How long others have the store to themselves between two steps.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a ticket is kept after it expired, so that clocks may differ and a replay is still
/// recognised.
const MARGIN: Duration = Duration::from_secs(3600);

pub(super) fn start(tasks: &Tasks, ports: &Ports) {
    let ports = ports.clone();
    tasks.start(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            sweep(&ports).await;
        }
    });
}

/// One round. A store that fails is asked again at the next.
async fn sweep(ports: &Ports) {
    let margin = u64::try_from(MARGIN.as_millis()).unwrap_or(u64::MAX);
    let before = Timestamp::from_millis(ports.clock.now().as_millis().saturating_sub(margin));
    while ports.ledger.sweep(before, STEP).await.is_ok_and(|swept| swept >= STEP) {
        tokio::time::sleep(PAUSE).await;
    }
    // The margin again: a clock that steps back must not meet a proof as new that it has seen.
    while ports.seen.sweep(before, STEP).await.is_ok_and(|swept| swept >= STEP) {
        tokio::time::sleep(PAUSE).await;
    }
    // A request that waits for its user is worth no margin, and anybody can make one.
    let now = ports.clock.now();
    while ports.visits.sweep(before, now, STEP).await.is_ok_and(|swept| swept >= STEP) {
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
