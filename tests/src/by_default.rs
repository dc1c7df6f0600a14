//! A store with the port's default `present`, whatever it has of its own.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{Next, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};

/// Presents by reading and changing, as a store does that has no better way.
#[derive(Clone, Debug)]
pub struct ByDefault(pub Arc<dyn Tickets>);

#[async_trait]
impl Tickets for ByDefault {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        self.0.issue(tenant, ticket).await
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.0.read(tenant, id).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        self.0.change(tenant, id, from, next, now).await
    }

    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.0.end(tenant, whose, now).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        self.0.list(tenant, whose, after).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.sweep(before, limit).await
    }

    fn waits(&self) -> bool {
        self.0.waits()
    }
}
