//! Tenants and clients as the administration reads them: the newest, or no change would ever fit.

use std::sync::Arc;

use async_trait::async_trait;

use super::Cache;
use crate::ports::{Change, Clients, Create, StoreError, Tenants};
use crate::types::{Client, ClientId, Tenant, TenantId, Version};

/// Reads from the store itself; writes as [`Cache`] does, so that what it remembers is forgotten.
#[derive(Debug)]
pub struct Fresh(pub Arc<Cache>);

#[async_trait]
impl Tenants for Fresh {
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        self.0.stored_tenants.read(id).await
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        Tenants::create(&*self.0, tenant).await
    }

    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
        Tenants::change(&*self.0, tenant, from).await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        Tenants::delete(&*self.0, id).await
    }

    async fn list(
        &self,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError> {
        self.0.stored_tenants.list(after, limit).await
    }
}

#[async_trait]
impl Clients for Fresh {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        self.0.stored_clients.read(tenant, id).await
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        Clients::create(&*self.0, tenant, client).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        Clients::change(&*self.0, tenant, client, from).await
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        Clients::delete(&*self.0, tenant, id).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        self.0.stored_clients.list(tenant, after, limit).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.0.erase(tenant).await
    }
}
