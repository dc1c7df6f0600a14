//! The only way to the tickets: every mutation runs to completion.

use std::{future::Future, sync::Arc};

use super::{Change, Create, Cursor, Page, StoreError, Tasks, Tickets};
use crate::types::{
    Next, Presentation, Presented, TenantId, Ticket, TicketId, Timestamp, Version, Whose,
};

/// Holds the store of tickets. A mutation is done or not begun, whatever becomes of the request
/// that asked for it.
#[derive(Clone, Debug)]
pub struct Ledger {
    tickets: Arc<dyn Tickets>,
    tasks: Tasks,
}

impl Ledger {
    /// A ledger over this store.
    pub fn new(tickets: Arc<dyn Tickets>, tasks: Tasks) -> Self {
        Self { tickets, tasks }
    }

    /// As [`Tickets::issue`]. What is kept is told even if nobody waits for it any more.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn issue(
        &self,
        tenant: &TenantId,
        ticket: &Ticket,
        tell: impl FnOnce(&Ticket) + Send + 'static,
    ) -> Result<Create, StoreError> {
        let (tickets, tenant, ticket) = (self.tickets.clone(), tenant.clone(), ticket.clone());
        self.run(async move {
            let created = tickets.issue(&tenant, &ticket).await?;
            if created == Create::Created {
                tell(&ticket);
            }
            Ok(created)
        })
        .await
    }

    /// As [`Tickets::read`]; a read may be dropped.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn read(
        &self,
        tenant: &TenantId,
        id: TicketId,
    ) -> Result<Option<Ticket>, StoreError> {
        self.tickets.read(tenant, id).await
    }

    /// As [`Tickets::change`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let (tickets, tenant) = (self.tickets.clone(), tenant.clone());
        self.run(async move { tickets.change(&tenant, id, from, &next, now).await }).await
    }

    /// As [`Tickets::present`]. What came of it is told even if nobody waits for it any more.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: Presentation,
        now: Timestamp,
        tell: impl FnOnce(&Presented) + Send + 'static,
    ) -> Result<Presented, StoreError> {
        let (tickets, tenant) = (self.tickets.clone(), tenant.clone());
        self.run(async move {
            let presented = tickets.present(&tenant, id, &shown, now).await?;
            tell(&presented);
            Ok(presented)
        })
        .await
    }

    /// As [`Tickets::end`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let (tickets, tenant) = (self.tickets.clone(), tenant.clone());
        self.tasks.complete(async move { tickets.end(&tenant, whose, now).await }).await?
    }

    /// As [`Tickets::list`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        self.tickets.list(tenant, whose, after).await
    }

    /// As [`Tickets::sweep`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let tickets = self.tickets.clone();
        self.tasks.complete(async move { tickets.sweep(before, limit).await }).await?
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.tasks.run(self.tickets.waits(), work).await?
    }
}
