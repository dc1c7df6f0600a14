//! One question at a time: whoever asks for the same waits for the same answer.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    future::Future,
    hash::Hash,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::time::Instant;

use super::StoreError;

/// Nobody waits for an answer to what was asked longer ago than this: it may be older than what is
/// believed at that moment.
const JOINED_WITHIN: Duration = Duration::from_millis(250);

/// What is being read, by what it is. A read goes on as long as anybody waits for it, whoever began
/// it; an error is told to everybody who waits, and to nobody who comes later.
pub(crate) struct Flights<K, T> {
    flights: Mutex<HashMap<K, Flight<T>>>,
    /// How long after it began others may join.
    joined_within: Duration,
}

/// `None` where the store panicked.
type Outcome<T> = Option<Result<T, Arc<StoreError>>>;
type Load<T> = Shared<BoxFuture<'static, Outcome<T>>>;

struct Flight<T> {
    load: Load<T>,
    begun_at: Instant,
    aboard: usize,
}

/// An answer.
pub(crate) struct Landed<T> {
    /// What was read.
    pub(crate) value: T,
    /// Whether somebody else had begun to read it.
    pub(crate) joined: bool,
}

impl<K, T> Default for Flights<K, T> {
    fn default() -> Self {
        Self { flights: Mutex::default(), joined_within: JOINED_WITHIN }
    }
}

impl<K, T> fmt::Debug for Flights<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights").finish_non_exhaustive()
    }
}

impl<K, T> Flights<K, T>
where
    K: Clone + Eq + Hash + Send,
    T: Clone + Send + Sync + 'static,
{
    /// Where an answer may be as old as the question: whoever comes waits for it.
    pub(crate) fn patient() -> Self {
        Self { flights: Mutex::default(), joined_within: Duration::MAX }
    }

    /// The answer to `load`, or to another one for this key that has just begun.
    ///
    /// # Errors
    /// As `load`.
    ///
    /// # Panics
    /// When `load` does.
    pub(crate) async fn join<F>(
        &self,
        key: K,
        load: impl FnOnce() -> F + Send,
    ) -> Result<Landed<T>, StoreError>
    where
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let (passenger, joined) = self.board(key, load);
        match passenger.load.clone().await {
            Some(answer) => {
                let value = answer.map_err(StoreError::new)?;
                Ok(Landed { value, joined })
            }
            // A bug stays a bug, for everybody who waited.
            None => panic::resume_unwind(Box::new("a store panicked")),
        }
    }

    fn board<F>(&self, key: K, load: impl FnOnce() -> F) -> (Passenger<'_, K, T>, bool)
    where
        F: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let mut flights = self.lock();
        let known = flights.get_mut(&key);
        let (load, joined) = match known.filter(|f| f.begun_at.elapsed() <= self.joined_within) {
            Some(flight) => {
                flight.aboard += 1;
                (flight.load.clone(), true)
            }
            None => {
                let work = AssertUnwindSafe(load()).catch_unwind();
                let work = work.map(|outcome| Some(outcome.ok()?.map_err(Arc::new)));
                let load = work.boxed().shared();
                let flight = Flight { load: load.clone(), begun_at: Instant::now(), aboard: 1 };
                flights.insert(key.clone(), flight);
                (load, false)
            }
        };
        (Passenger { flights: self, key, load }, joined)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Flight<T>>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.lock().len()
    }
}

/// Somebody who waits, until they have their answer or are dropped.
struct Passenger<'a, K, T>
where
    K: Clone + Eq + Hash + Send,
    T: Clone + Send + Sync + 'static,
{
    flights: &'a Flights<K, T>,
    key: K,
    load: Load<T>,
}

impl<K, T> Drop for Passenger<'_, K, T>
where
    K: Clone + Eq + Hash + Send,
    T: Clone + Send + Sync + 'static,
{
    fn drop(&mut self) {
        let landed = self.load.peek().is_some();
        let mut flights = self.flights.lock();
        // Another one may have taken its place.
        let ended = match flights.entry(self.key.clone()) {
            Entry::Occupied(mut own) if own.get().load.ptr_eq(&self.load) => {
                own.get_mut().aboard -= 1;
                (landed || own.get().aboard == 0).then(|| own.remove())
            }
            _ => None,
        };
        // What the store does when a call is dropped is not done under our lock.
        drop(flights);
        drop(ended);
    }
}

#[cfg(test)]
#[path = "flights_tests.rs"]
mod tests;
