//! Tickets that wait.

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{Next, Presentation, Presented, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};

use super::{Yielding, paused};

#[async_trait]
impl Tickets for Yielding {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        self.write(self.stores.tickets.issue(tenant, ticket)).await
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        paused(self.stores.tickets.read(tenant, id)).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        self.write(self.stores.tickets.change(tenant, id, from, next, now)).await
    }

    async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: &Presentation,
        now: Timestamp,
    ) -> Result<Presented, StoreError> {
        self.write(self.stores.tickets.present(tenant, id, shown, now)).await
    }

    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.write(self.stores.tickets.end(tenant, whose, now)).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        paused(self.stores.tickets.list(tenant, whose, after)).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.write(self.stores.tickets.sweep(before, limit)).await
    }
}
