//! Tenants.

use std::sync::Arc;

use grantry::{
    async_trait,
    ports::{Change, Create, StoreError, Tenants},
    types::{Tenant, TenantId, Version},
};

use crate::{
    SqliteStore,
    columns::{Column, after_text, first, limit, version},
    texts::{changed, created, text},
};

const READ: &str = "SELECT row FROM tenants WHERE id = ?1 AND row IS NOT NULL";
const CREATE: &str =
    "INSERT INTO tenants (id, version, row) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
const CHANGE: &str =
    "UPDATE tenants SET version = ?2, row = ?3 WHERE id = ?1 AND version = ?4 AND row IS NOT NULL";
const DELETE: &str = "UPDATE tenants SET row = NULL WHERE id = ?1 AND row IS NOT NULL";
const LIST: &str = "SELECT row FROM tenants WHERE id > ?1 AND row IS NOT NULL ORDER BY id LIMIT ?2";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[READ, CREATE, CHANGE, DELETE, LIST];

#[async_trait]
impl Tenants for SqliteStore {
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        Ok(self.engine.row(READ, [id.column()]).await?.map(Arc::new))
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        let values = [tenant.id.column(), first(tenant.version)?, text(&tenant)?];
        self.engine.execute(CREATE, values).await.map(created)
    }

    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
        let (Some(next), Some(from)) = (version(tenant.version), version(from)) else {
            return Ok(Change::Lost);
        };
        let values = [tenant.id.column(), next.into(), text(&tenant)?, from.into()];
        self.engine.execute(CHANGE, values).await.map(changed)
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.engine.execute(DELETE, [id.column()]).await.map(drop)
    }

    async fn list(
        &self,
        after: Option<&TenantId>,
        most: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError> {
        self.engine.shared(LIST, [after_text(after), limit(most)]).await
    }
}
