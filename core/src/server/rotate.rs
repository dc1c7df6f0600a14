//! Replaces keys that have been in use for as long as the policy lets them.

use std::time::Duration;

use crate::admin::Admin;
use crate::ports::Tasks;

/// How long after the start: also a server that is restarted every hour comes to it.
const FIRST: Duration = Duration::from_secs(60);
/// How often. A key lives for a day at least.
const EVERY: Duration = Duration::from_secs(3600);

pub(super) fn start(tasks: &Tasks, admin: &Admin) {
    let admin = admin.clone();
    tasks.start(async move {
        tokio::time::sleep(FIRST).await;
        loop {
            // A store that fails is asked again at the next round.
            let _ = admin.rotate_due_keys().await;
            tokio::time::sleep(EVERY).await;
        }
    });
}
