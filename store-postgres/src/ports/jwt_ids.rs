//! JWT ids.

use async_trait::async_trait;
use grantry::{
    ports::{JwtIds, StoreError},
    types::{JwtId, TenantId, Timestamp},
};

use super::SOME;
use crate::{
    PostgresStore,
    values::{limit, millis},
};

/// Of two at once the second waits for the first and looks again at what it wrote.
const REMEMBER: &str = "INSERT INTO jwt_ids (tenant, id, expires_at) VALUES ($1, $2, $3) \
     ON CONFLICT (tenant, id) DO UPDATE SET expires_at = excluded.expires_at \
     WHERE jwt_ids.expires_at <= $4";
const KNOWS: &str = "SELECT 1 FROM jwt_ids WHERE tenant = $1 AND id = $2 AND expires_at > $3";
const ERASE: &str = "DELETE FROM jwt_ids WHERE tenant = $1 AND id IN \
     (SELECT id FROM jwt_ids WHERE tenant = $1 ORDER BY id LIMIT $2)";
const SWEEP: &str = "DELETE FROM jwt_ids WHERE expires_at < $1 AND (tenant, id) IN \
     (SELECT tenant, id FROM jwt_ids WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)";

#[async_trait]
impl JwtIds for PostgresStore {
    async fn remember(
        &self,
        tenant: &TenantId,
        id: JwtId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (tenant, id) = (tenant.as_str(), &id.as_bytes()[..]);
        let values = &[&tenant as _, &id as _, &millis(expires_at) as _, &millis(now) as _];
        Ok(self.calls().count(REMEMBER, values).await? > 0)
    }

    async fn knows(
        &self,
        tenant: &TenantId,
        id: JwtId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (tenant, id) = (tenant.as_str(), &id.as_bytes()[..]);
        let rows = self.calls().read(KNOWS, &[&tenant, &id, &millis(now)]).await?;
        Ok(!rows.is_empty())
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let (store, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            while store.calls().count(ERASE, &[&tenant.as_str(), &SOME]).await? > 0 {}
            Ok(())
        })
        .await
    }

    async fn sweep(&self, before: Timestamp, most: usize) -> Result<usize, StoreError> {
        let rows = self.calls().count(SWEEP, &[&millis(before), &limit(most)]).await?;
        usize::try_from(rows).map_err(StoreError::new)
    }
}
