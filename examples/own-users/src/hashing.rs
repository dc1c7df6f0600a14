//! A bound on what strangers can make the shop hash. Before, few signed in and it did not matter.

use std::{sync::Arc, thread, time::Duration};

use grantry_axum::grantry::ports::{SignInError, StoreError};
use tokio::{
    sync::Semaphore,
    task,
    time::{error::Elapsed, timeout},
};

/// How many wait for their turn, or have it, for each that is hashed at once.
const PLACES: usize = 32;
/// How long one waits for a turn.
const DEADLINE: Duration = Duration::from_secs(2);
/// What a caller is told who got none.
const COME_BACK: Duration = Duration::from_secs(1);

/// Hashing on threads that may block, few at once. Clones share the bounds.
#[derive(Clone, Debug)]
pub struct Hashing {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Hashing {
    /// As many at once as the machine has cores, less one for everything else.
    pub fn on_this_machine() -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self::new(cores.saturating_sub(1).max(1))
    }

    fn new(turns: usize) -> Self {
        let places = Arc::new(Semaphore::new(turns * PLACES));
        Self { places, turns: Arc::new(Semaphore::new(turns)) }
    }

    /// Does the work when it is its turn, and never on an async worker, which it would hold up
    /// together with every other request there.
    ///
    /// # Errors
    /// [`SignInError::Busy`] where too many wait already, or the turn does not come in time.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SignInError> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| busy())?;
        let turn = timeout(DEADLINE, self.turns.clone().acquire_owned());
        let turn = turn.await.map_err(|_: Elapsed| busy())?;
        let work = task::spawn_blocking(move || {
            // The turn belongs to the work and not to this future: a client that leaves drops the
            // future, but the work goes on, and the next must not begin beside it.
            let _held = (place, turn);
            work()
        });
        work.await.map_err(|panic| StoreError::new(panic).into())
    }
}

fn busy() -> SignInError {
    SignInError::Busy { retry_after: COME_BACK }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin, sync::mpsc, task::Poll};

    use super::*;

    /// Begins work that stands still, and leaves.
    async fn begin_and_leave(hashing: &Hashing, work: mpsc::Receiver<()>) {
        let mut left = pin!(hashing.run(move || work.recv()));
        poll_fn(|cx| {
            assert!(left.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
    }

    #[tokio::test]
    async fn the_turn_of_who_left_ends_with_the_work_and_not_before() {
        let hashing = Hashing::new(1);
        let (done, work) = mpsc::channel();
        begin_and_leave(&hashing, work).await;
        assert_eq!(hashing.turns.available_permits(), 0);
        done.send(()).unwrap();
        assert!(hashing.run(|| true).await.unwrap());
    }

    #[tokio::test]
    async fn past_the_places_it_is_busy_and_asks_to_come_back() {
        let hashing = Hashing::new(1);
        let all = hashing.places.clone().try_acquire_many_owned(PLACES as u32).unwrap();
        assert!(matches!(hashing.run(|| ()).await, Err(SignInError::Busy { .. })));
        drop(all);
        assert!(hashing.run(|| ()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn whose_turn_does_not_come_is_told_that_it_is_busy() {
        let hashing = Hashing::new(1);
        let _turn = hashing.turns.clone().acquire_owned().await;
        assert!(matches!(hashing.run(|| ()).await, Err(SignInError::Busy { .. })));
        assert_eq!(hashing.places.available_permits(), PLACES, "who gave up has left the queue");
    }
}
