//! Tenants. One that was deleted leaves a row without a body, so that its name stays taken.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, StoreError, Tenants},
    types::{Tenant, TenantId, Version},
};

use super::{Told, all, changed, created, first, told};
use crate::{
    PostgresStore,
    values::{limit, new_version, version},
};

const READ: &str = "SELECT body FROM tenants WHERE tenant = $1 AND body IS NOT NULL";
const CREATE: Told =
    told!("INSERT INTO tenants (tenant, version, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");
const CHANGE: Told = told!(
    "UPDATE tenants SET version = $2, body = $3 \
     WHERE tenant = $1 AND version = $4 AND body IS NOT NULL"
);
const DELETE: Told = told!("UPDATE tenants SET body = NULL WHERE tenant = $1 AND body IS NOT NULL");
const LIST: &str = "SELECT body FROM tenants WHERE tenant > $1 AND body IS NOT NULL \
     ORDER BY tenant LIMIT $2";

#[async_trait]
impl Tenants for PostgresStore {
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        let rows = self.calls().read(READ, &[&id.as_str()]).await?;
        Ok(first(&rows)?.map(Arc::new))
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        let (version, body) = (new_version(tenant.version)?, grantry_rows::write(&tenant)?);
        let rows = self.tell(&CREATE, &[&tenant.id.as_str(), &version, &body]).await?;
        Ok(created(rows))
    }

    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
        let Some(from) = version(from) else { return Ok(Change::Lost) };
        let (version, body) = (new_version(tenant.version)?, grantry_rows::write(&tenant)?);
        let rows = self.tell(&CHANGE, &[&tenant.id.as_str(), &version, &body, &from]).await?;
        Ok(changed(rows))
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.tell(&DELETE, &[&id.as_str()]).await?;
        Ok(())
    }

    async fn list(
        &self,
        after: Option<&TenantId>,
        most: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError> {
        let after = after.map_or("", TenantId::as_str);
        all(&self.calls().read(LIST, &[&after, &limit(most)]).await?)
    }
}
