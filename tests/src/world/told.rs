//! What a server is told of changes, by its stores and by the case.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{Changes, StoreError},
    types::TenantId,
};

use crate::Line;

/// Words of the case beside those of the stores.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) by_case: Arc<Line>,
    pub(super) by_stores: Arc<dyn Changes>,
}

#[async_trait]
impl Changes for Told {
    async fn next(&self) -> Result<TenantId, StoreError> {
        tokio::select! {
            word = self.by_case.next() => word,
            word = self.by_stores.next() => word,
        }
    }
}
