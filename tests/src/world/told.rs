//! What a server is told of changes, by its stores and by the case.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{Changes, Listener, StoreError},
    types::TenantId,
};

use crate::Line;

/// Words of the case beside those of the stores.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) by_case: Arc<Line>,
    pub(super) by_stores: Arc<dyn Changes>,
}

struct Words {
    by_case: Box<dyn Listener>,
    by_stores: Box<dyn Listener>,
}

impl Changes for Told {
    fn listen(&self) -> Box<dyn Listener> {
        let (by_case, by_stores) = (self.by_case.listen(), self.by_stores.listen());
        Box::new(Words { by_case, by_stores })
    }
}

#[async_trait]
impl Listener for Words {
    async fn next(&mut self) -> Result<TenantId, StoreError> {
        tokio::select! {
            word = self.by_case.next() => word,
            word = self.by_stores.next() => word,
        }
    }
}
