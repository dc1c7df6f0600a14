//! Requests that wait for their users.

use grantry::{
    async_trait,
    ports::{Change, Create, Interactions, StoreError},
    types::{Parked, TenantId, TicketId, Timestamp, Version},
};

use crate::{JsonStore, rows::ticket_key};

#[async_trait]
impl Interactions for JsonStore {
    async fn create(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError> {
        self.rows().create(tenant.as_str(), &parked)
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Parked>, StoreError> {
        self.rows().read(tenant.as_str(), &ticket_key(id))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        parked: Parked,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.rows().change(tenant.as_str(), &parked, from)
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.rows().sweep::<Parked>(|row| row.expires_at < before, limit)
    }
}
