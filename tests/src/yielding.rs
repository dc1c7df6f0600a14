//! A store that waits, whatever is behind it.

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{Next, Presentation, Presented, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};
use tokio::task::yield_now;

/// Pending once before and once after every call, as a store across a network is. A future that is
/// dropped at either point must leave the operation done or not begun.
#[derive(Debug, Default)]
pub struct Yielding<S>(pub S);

/// Each method, with a pause before and after.
macro_rules! paused {
    ($call:expr) => {{
        yield_now().await;
        let outcome = $call.await;
        yield_now().await;
        outcome
    }};
}

#[async_trait]
impl<S: Tickets> Tickets for Yielding<S> {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        paused!(self.0.issue(tenant, ticket))
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        paused!(self.0.read(tenant, id))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        paused!(self.0.change(tenant, id, from, next, now))
    }

    async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: &Presentation,
        now: Timestamp,
    ) -> Result<Presented, StoreError> {
        paused!(self.0.present(tenant, id, shown, now))
    }

    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        paused!(self.0.end(tenant, whose, now))
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        paused!(self.0.list(tenant, whose, after))
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        paused!(self.0.sweep(before, limit))
    }
}
