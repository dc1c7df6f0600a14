//! JWT ids.

use grantry::{
    async_trait,
    ports::{JwtIds, StoreError},
    types::{JwtId, TenantId, Timestamp},
};
use rusqlite::{OptionalExtension, params_from_iter};

use super::sweep::{erase, sweep};
use crate::{SqliteStore, columns::Column};

const REMEMBER: &str = "INSERT INTO jwt_ids (tenant, id, expires_at) VALUES (?1, ?2, ?3) \
    ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at WHERE jwt_ids.expires_at <= ?4";
const KNOWS: &str = "SELECT 1 FROM jwt_ids WHERE tenant = ?1 AND id = ?2 AND expires_at > ?3";
const ERASE: &str = "DELETE FROM jwt_ids WHERE (tenant, id) IN \
    (SELECT tenant, id FROM jwt_ids WHERE tenant = ?1 LIMIT ?2)";
const SWEEP: &str = "DELETE FROM jwt_ids WHERE (tenant, id) IN \
    (SELECT tenant, id FROM jwt_ids WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[REMEMBER, KNOWS, ERASE, SWEEP];

#[async_trait]
impl JwtIds for SqliteStore {
    async fn remember(
        &self,
        tenant: &TenantId,
        id: JwtId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = [tenant.column(), id.column(), expires_at.column(), now.column()];
        Ok(self.engine.execute(REMEMBER, values).await? == 1)
    }

    async fn knows(
        &self,
        tenant: &TenantId,
        id: JwtId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let key = [tenant.column(), id.column(), now.column()];
        let found = self.engine.read(move |db| {
            let mut found = db.prepare_cached(KNOWS)?;
            found.query_row(params_from_iter(&key), |_| Ok(())).optional()
        });
        Ok(found.await?.is_some())
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        erase(&self.engine, ERASE, tenant).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        sweep(&self.engine, SWEEP, before, limit).await
    }
}
