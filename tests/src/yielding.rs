//! A store that waits, whatever is behind it.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{Next, Presentation, Presented, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};
use tokio::task::yield_now;

/// Pending once before and once after every call, as a store across a network is, and counting the
/// writes that were begun and never came to their end.
#[derive(Debug, Default)]
pub struct Yielding<S> {
    store: S,
    begun: AtomicUsize,
    done: AtomicUsize,
}

impl<S> Yielding<S> {
    /// A store that waits, over one that need not.
    pub fn new(store: S) -> Self {
        Self { store, begun: AtomicUsize::new(0), done: AtomicUsize::new(0) }
    }

    /// The store behind it, for a look without waiting.
    pub fn store(&self) -> &S {
        &self.store
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
}

/// A read, with a pause before and after.
macro_rules! paused {
    ($call:expr) => {{
        yield_now().await;
        let outcome = $call.await;
        yield_now().await;
        outcome
    }};
}

/// A write, likewise, counted.
macro_rules! counted {
    ($self:ident, $call:expr) => {{
        $self.begun.fetch_add(1, Ordering::SeqCst);
        let outcome = paused!($call);
        $self.done.fetch_add(1, Ordering::SeqCst);
        outcome
    }};
}

#[async_trait]
impl<S: Tickets> Tickets for Yielding<S> {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        counted!(self, self.store.issue(tenant, ticket))
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        paused!(self.store.read(tenant, id))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        counted!(self, self.store.change(tenant, id, from, next, now))
    }

    async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: &Presentation,
        now: Timestamp,
    ) -> Result<Presented, StoreError> {
        counted!(self, self.store.present(tenant, id, shown, now))
    }

    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        counted!(self, self.store.end(tenant, whose, now))
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        paused!(self.store.list(tenant, whose, after))
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        counted!(self, self.store.sweep(before, limit))
    }
}
