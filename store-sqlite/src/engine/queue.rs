//! The way to a thread: bounded in room and in time.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender};
use grantry::ports::StoreError;
use rusqlite::Connection;
use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};

use super::job::{Asked, Job};
use crate::error::Failure;

/// The most that wait or are under way.
const ROOM: usize = 1024;
/// How long a call waits for room.
const ENTRY: Duration = Duration::from_secs(1);

/// How long it waits for its answer after that.
const ANSWER: Duration = Duration::from_secs(2);

/// Work for threads.
pub(super) type Jobs = Receiver<Call>;

pub(super) enum Call {
    Work(Box<dyn Job>),
    /// For one thread: nothing more comes.
    Stop,
}

/// Where work waits for its thread.
pub(super) struct Queue {
    room: Arc<Semaphore>,
    calls: Sender<Call>,
    jobs: Jobs,
}

impl Default for Queue {
    fn default() -> Self {
        let (calls, jobs) = crossbeam_channel::unbounded(); // but for the room
        Self { room: Arc::new(Semaphore::new(ROOM)), calls, jobs }
    }
}

impl Queue {
    /// For a thread that does it.
    pub(super) fn jobs(&self) -> Jobs {
        self.jobs.clone()
    }

    /// Has work done. Dropped before it is in the queue, it is not done; afterwards it is.
    ///
    /// # Errors
    /// When there was no room, no answer in time, or the work failed.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let room = timeout(ENTRY, self.room.clone().acquire_owned()).await;
        let room = room.map_err(|_| StoreError::new(Failure::Crowded))?;
        let room = room.map_err(|_| StoreError::new(Failure::Closed))?;
        let (reply, answer) = oneshot::channel();
        let until = Instant::now() + ANSWER;
        let job = Asked { work, outcome: None, reply, until, _room: room };
        // Where the threads are gone, the answer is too.
        drop(self.calls.send(Call::Work(Box::new(job))));
        match timeout(ANSWER, answer).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(StoreError::new(Failure::Closed)),
            Err(_) => Err(StoreError::new(Failure::Late)),
        }
    }

    /// Takes nothing more, and ends so many threads behind what was taken.
    pub(super) fn close(&self, threads: usize) {
        self.room.close();
        (0..threads).for_each(|_| drop(self.calls.send(Call::Stop)));
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue")
            .field("room", &self.room.available_permits())
            .finish_non_exhaustive()
    }
}
