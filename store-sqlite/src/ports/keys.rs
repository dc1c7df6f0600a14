//! Keys: one row for each tenant.

use grantry::{
    async_trait,
    ports::{Change, Create, KeyRecords, KeySet, StoreError},
    types::{TenantId, Version},
};

use crate::{
    SqliteStore,
    columns::{Column, first, version},
    texts::{changed, created, text},
};

const READ: &str = "SELECT row FROM key_sets WHERE tenant = ?1";
const CREATE: &str =
    "INSERT INTO key_sets (tenant, version, row) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const CHANGE: &str =
    "UPDATE key_sets SET version = ?2, row = ?3 WHERE tenant = ?1 AND version = ?4";
const ERASE: &str = "DELETE FROM key_sets WHERE tenant = ?1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[READ, CREATE, CHANGE, ERASE];

#[async_trait]
impl KeyRecords for SqliteStore {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        self.engine.row(READ, [tenant.column()]).await
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        let values = [tenant.column(), first(keys.version)?, text(&keys)?];
        self.engine.execute(CREATE, values).await.map(created)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        let (Some(next), Some(from)) = (version(keys.version), version(from)) else {
            return Ok(Change::Lost);
        };
        let values = [tenant.column(), next.into(), text(&keys)?, from.into()];
        self.engine.execute(CHANGE, values).await.map(changed)
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.engine.execute(ERASE, [tenant.column()]).await.map(drop)
    }
}
