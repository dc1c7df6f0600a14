//! What somebody asked, and what came of it.

use std::{sync::Arc, time::Instant};

use grantry::ports::StoreError;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use crate::error::Failure;

/// Work for a thread, whatever comes of it.
pub(super) trait Job: Send {
    /// Whether whoever asked is about to give up, or has: it is not begun then.
    fn is_late(&self) -> bool;
    /// Whether anybody waits.
    fn is_wanted(&self) -> bool;
    /// Carries it out, also once more, and keeps what came of it. Returns whether the statement ended well.
    fn carry_out(&mut self, db: &Connection) -> bool;
    /// Tells what came of it.
    fn answer(self: Box<Self>);
    /// Tells that nothing came of it, whatever its own statement said.
    fn fail(self: Box<Self>, cause: Arc<rusqlite::Error>);
}

/// Work with its kind of answer.
pub(super) struct Asked<T, F> {
    pub(super) work: F,
    pub(super) outcome: Option<rusqlite::Result<T>>,
    pub(super) reply: oneshot::Sender<Result<T, StoreError>>,
    pub(super) until: Instant,
    /// Its place in the queue, until it is done.
    pub(super) _room: OwnedSemaphorePermit,
}

impl<T, F> Job for Asked<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> rusqlite::Result<T> + Send,
{
    fn is_late(&self) -> bool {
        Instant::now() >= self.until
    }

    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn carry_out(&mut self, db: &Connection) -> bool {
        let outcome = (self.work)(db);
        let well = outcome.is_ok();
        self.outcome = Some(outcome);
        well
    }

    /// Nobody may be waiting any more.
    fn answer(self: Box<Self>) {
        let outcome = self.outcome.map(|outcome| outcome.map_err(StoreError::new));
        let late = || Err(StoreError::new(Failure::Late));
        drop(self.reply.send(outcome.unwrap_or_else(late)));
    }

    fn fail(self: Box<Self>, cause: Arc<rusqlite::Error>) {
        drop(self.reply.send(Err(StoreError::new(Failure::Commit(cause)))));
    }
}
