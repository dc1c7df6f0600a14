//! JWT ids in memory.

use async_trait::async_trait;

use super::MemoryStore;
use crate::ports::{JwtIds, StoreError};
use crate::types::{JwtId, TenantId, Timestamp};

#[async_trait]
impl JwtIds for MemoryStore {
    async fn remember(
        &self,
        tenant: &TenantId,
        id: JwtId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.jwt_ids.renew((tenant.clone(), id), expires_at, |end| *end <= now))
    }

    async fn knows(
        &self,
        tenant: &TenantId,
        id: JwtId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.jwt_ids.read(&(tenant.clone(), id)).is_some_and(|end| now < end))
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let tenant = tenant.clone();
        self.jwt_ids.erase(move |(owner, _)| *owner == tenant).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.jwt_ids.sweep(move |end| *end < before, limit).await
    }

    fn lasts(&self) -> bool {
        false
    }
}
