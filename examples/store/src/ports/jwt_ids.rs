//! JWT ids, each with a text that says until when it is remembered.

use grantry::{
    async_trait,
    ports::{JwtIds, StoreError},
    types::{JwtId, TenantId, Timestamp},
};

use crate::{
    JsonStore,
    table::{Key, Table},
};

#[async_trait]
impl JwtIds for JsonStore {
    async fn remember(
        &self,
        tenant: &TenantId,
        id: JwtId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (mut rows, key) = (self.rows(), key(tenant, id));
        let is_new = rows.marked(&key).is_none_or(|end| moment(end) <= now);
        if is_new {
            rows.mark(key, &expires_at.as_millis().to_string());
        }
        Ok(is_new)
    }

    async fn knows(
        &self,
        tenant: &TenantId,
        id: JwtId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.rows().marked(&key(tenant, id)).is_some_and(|end| now < moment(end)))
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.rows().erase(Table::JwtIds, tenant.as_str());
        Ok(())
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        Ok(self.rows().sweep_marks(Table::JwtIds, |end| moment(end) < before, limit))
    }
}

fn key(tenant: &TenantId, id: JwtId) -> Key {
    let digits = id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    (Table::JwtIds, tenant.to_string(), digits)
}

/// A text that is no moment is remembered for good: it is not forgotten by mistake.
fn moment(text: &str) -> Timestamp {
    Timestamp::from_millis(text.parse().unwrap_or(u64::MAX))
}
