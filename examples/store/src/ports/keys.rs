//! Keys: one row for each tenant.

use grantry::{
    async_trait,
    ports::{Change, Create, KeyRecords, KeySet, StoreError},
    types::{TenantId, Version},
};

use crate::{JsonStore, table::Table};

#[async_trait]
impl KeyRecords for JsonStore {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        self.rows().read(tenant.as_str(), "")
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        self.rows().create(tenant.as_str(), &keys)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.rows().change(tenant.as_str(), &keys, from)
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.rows().erase(Table::Keys, tenant.as_str());
        Ok(())
    }
}
