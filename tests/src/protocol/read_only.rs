//! A store of grants on a full disk: it reads, and writes nothing.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{Next, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};

use super::broken::failed;

#[derive(Debug)]
pub(super) struct ReadOnly(pub(super) Arc<dyn Tickets>);

#[async_trait]
impl Tickets for ReadOnly {
    async fn issue(&self, _: &TenantId, _: &Ticket) -> Result<Create, StoreError> {
        Err(failed())
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.0.read(tenant, id).await
    }

    async fn change(
        &self,
        _: &TenantId,
        _: TicketId,
        _: Version,
        _: &Next,
        _: Timestamp,
    ) -> Result<Change, StoreError> {
        Err(failed())
    }

    async fn end(&self, _: &TenantId, _: Whose, _: Timestamp) -> Result<u64, StoreError> {
        Err(failed())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        self.0.list(tenant, whose, after).await
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<usize, StoreError> {
        Err(failed())
    }
}
