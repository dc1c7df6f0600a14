//! A thread that reads.

use rusqlite::Connection;

use super::queue::{Call, Jobs};

/// Reads until nobody can ask any more. What nobody waits for is left out.
pub(super) fn serve(db: Connection, jobs: &Jobs) {
    while let Ok(Call::Work(mut job)) = jobs.recv() {
        if job.is_wanted() && !job.is_late() {
            job.carry_out(&db);
        }
        job.answer();
    }
    drop(db);
}
