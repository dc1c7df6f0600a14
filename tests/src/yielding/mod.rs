//! Stores that wait, whatever is behind them.

mod jwt_ids;
mod rows;
mod tickets;
mod visits;

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use grantry::ports::Stores;
use tokio::task::yield_now;

use crate::Gate;

/// All stores of a deployment: pending once before and once after every call, as stores across a
/// network are, and counting the writes that were begun and never came to their end.
#[derive(Debug)]
pub struct Yielding {
    /// Where every write waits before it is carried out.
    pub gate: Gate,
    stores: Stores,
    begun: AtomicUsize,
    done: AtomicUsize,
}

impl Yielding {
    /// Stores that wait, over some that need not.
    pub fn new(stores: impl Into<Stores>) -> Arc<Self> {
        let (begun, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(Self { gate: Gate::default(), stores: stores.into(), begun, done })
    }

    /// The stores, for a server.
    pub fn stores(self: &Arc<Self>) -> Stores {
        Stores {
            tenants: self.clone(),
            clients: self.clone(),
            accounts: self.clone(),
            tickets: self.clone(),
            key_records: self.clone(),
            sessions: self.clone(),
            interactions: self.clone(),
            consents: self.clone(),
            jwt_ids: self.clone(),
            clock: self.stores.clock.clone(),
            changes: self.stores.changes.clone(),
        }
    }

    /// How many writes were begun so far.
    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }

    /// How many writes were begun and are not done. When everything has settled these were
    /// interrupted: what a driver of a database would make of that, nobody knows.
    pub fn unfinished(&self) -> usize {
        self.begun() - self.done.load(Ordering::SeqCst)
    }

    async fn write<T>(&self, call: impl Future<Output = T>) -> T {
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.gate.pass().await;
        let outcome = paused(call).await;
        self.done.fetch_add(1, Ordering::SeqCst);
        outcome
    }
}

/// A call with a pause before and after.
async fn paused<T>(call: impl Future<Output = T>) -> T {
    yield_now().await;
    let outcome = call.await;
    yield_now().await;
    outcome
}
