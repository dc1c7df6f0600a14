//! Clients.

use std::sync::Arc;

use grantry::{
    async_trait,
    ports::{Change, Clients, Create, StoreError},
    types::{Client, ClientId, TenantId, Version},
};

use crate::{JsonStore, table::Table};

#[async_trait]
impl Clients for JsonStore {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        Ok(self.rows().read(tenant.as_str(), id.as_str())?.map(Arc::new))
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        self.rows().create(tenant.as_str(), &client)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.rows().change(tenant.as_str(), &client, from)
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        self.rows().remove(&(Table::Clients, tenant.to_string(), id.to_string()));
        Ok(())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        let found = self.rows().list(tenant.as_str(), after.map(ClientId::as_str), limit)?;
        Ok(found.into_iter().map(Arc::new).collect())
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.rows().erase(Table::Clients, tenant.as_str());
        Ok(())
    }
}
