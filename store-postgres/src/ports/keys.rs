//! Keys: one row for each tenant.

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, KeyRecords, KeySet, StoreError},
    types::{TenantId, Version},
};

use super::{Told, changed, created, first, told};
use crate::{
    PostgresStore,
    values::{new_version, version},
};

const READ: &str = "SELECT body FROM key_sets WHERE tenant = $1";
const CREATE: Told = told!(
    "INSERT INTO key_sets (tenant, version, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
);
const CHANGE: Told =
    told!("UPDATE key_sets SET version = $2, body = $3 WHERE tenant = $1 AND version = $4");
const ERASE: Told = told!("DELETE FROM key_sets WHERE tenant = $1");

#[async_trait]
impl KeyRecords for PostgresStore {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        first(&self.calls().read(READ, &[&tenant.as_str()]).await?)
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        let (version, body) = (new_version(keys.version)?, grantry_rows::write(&keys)?);
        Ok(created(self.tell(&CREATE, &[&tenant.as_str(), &version, &body]).await?))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        let Some(from) = version(from) else { return Ok(Change::Lost) };
        let (version, body) = (new_version(keys.version)?, grantry_rows::write(&keys)?);
        Ok(changed(self.tell(&CHANGE, &[&tenant.as_str(), &version, &body, &from]).await?))
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.tell(&ERASE, &[&tenant.as_str()]).await?;
        Ok(())
    }
}
