//! The only way to the ids of JWTs: what is remembered is so, whoever leaves.

use std::sync::Arc;

use super::{JwtIds, StoreError, Tasks};
use crate::types::{JwtId, TenantId, Timestamp};

/// Holds the store of JWT ids. A web framework may drop a request at any await, so each mutation runs as a
/// task of its own.
#[derive(Clone, Debug)]
pub struct Seen {
    ids: Arc<dyn JwtIds>,
    /// When this process began.
    begun: Timestamp,
    tasks: Tasks,
}

impl Seen {
    /// Over this store, in a process that began then; mutations run as these tasks.
    pub fn new(ids: Arc<dyn JwtIds>, begun: Timestamp, tasks: Tasks) -> Self {
        Self { ids, begun, tasks }
    }

    /// Since when nothing was forgotten that has not expired: the beginning of time where the store
    /// lasts, or that of this process.
    pub fn since(&self) -> Timestamp {
        if self.ids.lasts() { Timestamp::EPOCH } else { self.begun }
    }

    /// As [`JwtIds::remember`].
    ///
    /// # Errors
    /// As that.
    pub async fn remember(
        &self,
        tenant: &TenantId,
        id: JwtId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (ids, tenant) = (self.ids.clone(), tenant.clone());
        let work = async move { ids.remember(&tenant, id, expires_at, now).await };
        self.tasks.complete(work).await?
    }

    /// As [`JwtIds::knows`]; a read may be dropped.
    ///
    /// # Errors
    /// As that.
    pub async fn knows(
        &self,
        tenant: &TenantId,
        id: JwtId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.ids.knows(tenant, id, now).await
    }

    /// As [`JwtIds::sweep`].
    ///
    /// # Errors
    /// As that.
    pub async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let ids = self.ids.clone();
        self.tasks.complete(async move { ids.sweep(before, limit).await }).await?
    }
}
