//! A store that outlives the process.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, KeyRecords, KeySet, StoreError},
    types::{TenantId, Version},
};

/// A store of keys that says that it outlives the process, whatever is behind it.
#[derive(Debug)]
pub(super) struct Lasting(pub(super) Arc<dyn KeyRecords>);

#[async_trait]
impl KeyRecords for Lasting {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        self.0.read(tenant).await
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        self.0.create(tenant, keys).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.0.change(tenant, keys, from).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.0.erase(tenant).await
    }
}
