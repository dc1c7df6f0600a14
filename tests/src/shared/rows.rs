//! Tenants, clients and keys of a node.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{Change, Clients, Create, KeyRecords, KeySet, StoreError, Tenants},
    types::{Client, ClientId, Tenant, TenantId, Version},
};

use super::Node;

#[async_trait]
impl Tenants for Node {
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        self.read(&self.tenants, self.shared.stores.tenants.read(id)).await
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        let id = tenant.id.clone();
        self.write(&id, self.shared.stores.tenants.create(tenant)).await
    }

    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
        let id = tenant.id.clone();
        self.write(&id, self.shared.stores.tenants.change(tenant, from)).await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.write(id, self.shared.stores.tenants.delete(id)).await
    }

    async fn list(
        &self,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError> {
        self.read(&self.tenants, self.shared.stores.tenants.list(after, limit)).await
    }
}

#[async_trait]
impl Clients for Node {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        self.read(&self.clients, self.shared.stores.clients.read(tenant, id)).await
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        self.write(tenant, self.shared.stores.clients.create(tenant, client)).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.write(tenant, self.shared.stores.clients.change(tenant, client, from)).await
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        self.write(tenant, self.shared.stores.clients.delete(tenant, id)).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        self.read(&self.clients, self.shared.stores.clients.list(tenant, after, limit)).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.write(tenant, self.shared.stores.clients.erase(tenant)).await
    }
}

#[async_trait]
impl KeyRecords for Node {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        self.read(&self.keys, self.shared.stores.key_records.read(tenant)).await
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        self.write(tenant, self.shared.stores.key_records.create(tenant, keys)).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.write(tenant, self.shared.stores.key_records.change(tenant, keys, from)).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.write(tenant, self.shared.stores.key_records.erase(tenant)).await
    }

    fn lasts(&self) -> bool {
        self.shared.stores.key_records.lasts()
    }
}
