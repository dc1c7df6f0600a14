//! Tenants and clients as requests read them.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Cache, Write};
use crate::ports::{Change, Clients, Create, Recollection, StoreError, Tenants};
use crate::types::{Client, ClientId, Tenant, TenantId, Version};

type Found<T> = Result<Option<Arc<T>>, StoreError>;

impl Cache {
    async fn stored_tenant(tenants: Arc<dyn Tenants>, id: TenantId) -> Found<Tenant> {
        tenants.read(&id).await
    }

    async fn stored_client(clients: Arc<dyn Clients>, (tenant, id): Place) -> Found<Client> {
        clients.read(&tenant, &id).await
    }
}

type Place = (TenantId, ClientId);

#[async_trait]
impl Tenants for Cache {
    async fn read(&self, id: &TenantId) -> Found<Tenant> {
        let load = || Self::stored_tenant(self.stored_tenants.clone(), id.clone());
        self.tenants.read(id, id, load).await
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        let _write = Write(self, tenant.id.clone());
        self.stored_tenants.create(tenant).await
    }

    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
        let _write = Write(self, tenant.id.clone());
        self.stored_tenants.change(tenant, from).await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        let _write = Write(self, id.clone());
        self.stored_tenants.delete(id).await
    }

    async fn list(
        &self,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError> {
        self.stored_tenants.list(after, limit).await
    }
}

#[async_trait]
impl Clients for Cache {
    async fn read(&self, tenant: &TenantId, id: &ClientId) -> Found<Client> {
        let place = (tenant.clone(), id.clone());
        let load = || Self::stored_client(self.stored_clients.clone(), place.clone());
        self.clients.read(tenant, &place, load).await
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        let _write = Write(self, tenant.clone());
        self.stored_clients.create(tenant, client).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        let _write = Write(self, tenant.clone());
        self.stored_clients.change(tenant, client, from).await
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        let _write = Write(self, tenant.clone());
        self.stored_clients.delete(tenant, id).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        self.stored_clients.list(tenant, after, limit).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let _write = Write(self, tenant.clone());
        self.stored_clients.erase(tenant).await
    }
}

#[async_trait]
impl Recollection for Cache {
    async fn tenant_after_all(&self, id: &TenantId) -> Found<Tenant> {
        let load = || Self::stored_tenant(self.stored_tenants.clone(), id.clone());
        self.tenants.other_than(None, id, id, load, Some(&self.unknown)).await
    }

    async fn client_after_all(
        &self,
        tenant: &TenantId,
        id: &ClientId,
        seen: Option<Version>,
    ) -> Found<Client> {
        let place = (tenant.clone(), id.clone());
        let load = || Self::stored_client(self.stored_clients.clone(), place.clone());
        self.clients.other_than(seen, tenant, &place, load, None).await
    }

    async fn still_stand(
        &self,
        tenant: &Tenant,
        client: Option<&Client>,
    ) -> Result<bool, StoreError> {
        let (id, seen) = (&tenant.id, Some(tenant.version));
        let load = || self.stored_tenants.read(id);
        let newest = self.tenants.newest(seen, id, id, load).await?;
        if newest.map(|row| row.version) != seen {
            return Ok(false);
        }
        let Some(client) = client else { return Ok(true) };
        let (place, seen) = ((id.clone(), client.id.clone()), Some(client.version));
        let load = || self.stored_clients.read(id, &client.id);
        let newest = self.clients.newest(seen, id, &place, load).await?;
        Ok(newest.map(|row| row.version) == seen)
    }

    fn recall(&self, id: &TenantId) -> Option<Arc<Tenant>> {
        self.tenants.recall(id)
    }
}
