//! A store of one row, whose every call is a step: others may come before it and after it, and not
//! between.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{EndReason, Next, TenantId, Ticket, TicketId, TicketState, Timestamp, Version, Whose},
};
use shuttle::thread::yield_now;

/// With the port's default `present`.
#[derive(Debug)]
pub struct Row(Mutex<Ticket>);

impl Row {
    /// A store that has this row.
    pub fn new(row: Ticket) -> Self {
        Self(Mutex::new(row))
    }

    fn step(&self) -> MutexGuard<'_, Ticket> {
        yield_now();
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Tickets for Row {
    async fn issue(&self, _: &TenantId, _: &Ticket) -> Result<Create, StoreError> {
        Ok(Create::Conflict)
    }

    async fn read(&self, _: &TenantId, _: TicketId) -> Result<Option<Ticket>, StoreError> {
        Ok(Some(self.step().clone()))
    }

    async fn change(
        &self,
        _: &TenantId,
        _: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let mut row = self.step();
        if row.version != from || !row.is_live(now) {
            return Ok(Change::Lost);
        }
        row.apply(next, now);
        Ok(Change::Written)
    }

    async fn end(&self, _: &TenantId, _: Whose, now: Timestamp) -> Result<u64, StoreError> {
        let mut row = self.step();
        if row.state != TicketState::Live {
            return Ok(0);
        }
        let next = row.ended(EndReason::Revoked);
        row.apply(&next, now);
        Ok(1)
    }

    async fn list(&self, _: &TenantId, _: Whose, _: Option<Cursor>) -> Result<Page, StoreError> {
        Ok(Page::default())
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<usize, StoreError> {
        Ok(0)
    }
}

/// A store that writes without asking whether somebody came between: it must be found out.
#[derive(Debug)]
pub struct CheckThenAct(pub Row);

#[async_trait]
impl Tickets for CheckThenAct {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        self.0.issue(tenant, ticket).await
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.0.read(tenant, id).await
    }

    async fn change(
        &self,
        _: &TenantId,
        _: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let mut row = self.0.step().clone();
        if row.version != from || !row.is_live(now) {
            return Ok(Change::Lost);
        }
        row.apply(next, now);
        *self.0.step() = row;
        Ok(Change::Written)
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
}
