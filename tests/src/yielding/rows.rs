//! Tenants, clients, users and keys that wait.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{
        AccountChange, Accounts, Change, Clients, Create, KeyRecords, KeySet, StoreError, Tenants,
    },
    types::{Account, Client, ClientId, Subject, Tenant, TenantId, Version},
};

use super::{Yielding, paused};

#[async_trait]
impl Tenants for Yielding {
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        paused(self.stores.tenants.read(id)).await
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        self.write(self.stores.tenants.create(tenant)).await
    }

    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
        self.write(self.stores.tenants.change(tenant, from)).await
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.write(self.stores.tenants.delete(id)).await
    }

    async fn list(
        &self,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError> {
        paused(self.stores.tenants.list(after, limit)).await
    }
}

#[async_trait]
impl Clients for Yielding {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        paused(self.stores.clients.read(tenant, id)).await
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        self.write(self.stores.clients.create(tenant, client)).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.write(self.stores.clients.change(tenant, client, from)).await
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        self.write(self.stores.clients.delete(tenant, id)).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        paused(self.stores.clients.list(tenant, after, limit)).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.write(self.stores.clients.erase(tenant)).await
    }
}

#[async_trait]
impl Accounts for Yielding {
    async fn by_username(
        &self,
        tenant: &TenantId,
        canonical: &str,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        paused(self.stores.accounts.by_username(tenant, canonical)).await
    }

    async fn by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        paused(self.stores.accounts.by_subject(tenant, subject)).await
    }

    async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
        self.write(self.stores.accounts.create(tenant, account)).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        account: Account,
        from: Version,
    ) -> Result<AccountChange, StoreError> {
        self.write(self.stores.accounts.change(tenant, account, from)).await
    }

    async fn delete(&self, tenant: &TenantId, subject: &Subject) -> Result<(), StoreError> {
        self.write(self.stores.accounts.delete(tenant, subject)).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&Subject>,
        limit: usize,
    ) -> Result<Vec<Arc<Account>>, StoreError> {
        paused(self.stores.accounts.list(tenant, after, limit)).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.write(self.stores.accounts.erase(tenant)).await
    }
}

#[async_trait]
impl KeyRecords for Yielding {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        paused(self.stores.key_records.read(tenant)).await
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        self.write(self.stores.key_records.create(tenant, keys)).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.write(self.stores.key_records.change(tenant, keys, from)).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.write(self.stores.key_records.erase(tenant)).await
    }

    fn lasts(&self) -> bool {
        self.stores.key_records.lasts()
    }
}
