//! JWT ids that wait.

use async_trait::async_trait;
use grantry::{
    ports::{JwtIds, StoreError},
    types::{JwtId, TenantId, Timestamp},
};

use super::{Yielding, paused};

#[async_trait]
impl JwtIds for Yielding {
    async fn remember(
        &self,
        tenant: &TenantId,
        id: JwtId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(self.stores.jwt_ids.remember(tenant, id, expires_at, now)).await
    }

    async fn knows(
        &self,
        tenant: &TenantId,
        id: JwtId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        paused(self.stores.jwt_ids.knows(tenant, id, now)).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.write(self.stores.jwt_ids.erase(tenant)).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.write(self.stores.jwt_ids.sweep(before, limit)).await
    }

    fn lasts(&self) -> bool {
        self.stores.jwt_ids.lasts()
    }
}
