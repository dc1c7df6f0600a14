//! What other nodes wrote: writes of tenants, clients and keys NOTIFY, and each node listens.

mod heard;
mod listener;

use async_trait::async_trait;
use grantry::{
    ports::{Changes, StoreError},
    types::TenantId,
};

pub(crate) use self::{heard::Heard, listener::Listener};
use crate::PostgresStore;

/// The channel of a schema. Writes name it by `current_schema()`.
pub(crate) fn channel(schema: &str) -> String {
    format!("grantry/{schema}")
}

#[async_trait]
impl Changes for PostgresStore {
    async fn next(&self) -> Result<TenantId, StoreError> {
        self.heard().next().await
    }
}
