//! Where requests for authorization wait for their users.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Change, Create, StoreError};
use crate::types::{Parked, TenantId, TicketId, Timestamp, Version};

/// Keeps requests for authorization until their users answered. Anybody can make such a request, so a
/// store that is short of room may forget the oldest of a tenant that has very many: their users begin
/// anew.
///
/// ```
/// use std::{collections::BTreeMap, sync::{Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{Change, Create, Interactions, StoreError}};
/// use grantry::types::{Parked, TenantId, TicketId, Timestamp, Version};
///
/// type Rows = BTreeMap<(TenantId, TicketId), Parked>;
///
/// #[derive(Debug, Default)]
/// struct InAMap(Mutex<Rows>);
///
/// impl InAMap {
///     fn rows(&self) -> MutexGuard<'_, Rows> {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner)
///     }
/// }
///
/// #[async_trait]
/// impl Interactions for InAMap {
///     async fn create(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError> {
///         let (mut rows, key) = (self.rows(), (tenant.clone(), parked.id));
///         if rows.contains_key(&key) {
///             return Ok(Create::Conflict);
///         }
///         rows.insert(key, parked);
///         Ok(Create::Created)
///     }
///     async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Parked>, StoreError> {
///         Ok(self.rows().get(&(tenant.clone(), id)).cloned())
///     }
///     async fn change(
///         &self, tenant: &TenantId, parked: Parked, from: Version,
///     ) -> Result<Change, StoreError> {
///         match self.rows().get_mut(&(tenant.clone(), parked.id)) {
///             Some(row) if row.version == from => {
///                 *row = parked;
///                 Ok(Change::Written)
///             }
///             _ => Ok(Change::Lost),
///         }
///     }
///     async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
///         let mut rows = self.rows();
///         let old = rows.iter().filter(|(_, row)| row.expires_at < before);
///         let old: Vec<_> = old.map(|(key, _)| key.clone()).take(limit).collect();
///         old.iter().for_each(|key| drop(rows.remove(key)));
///         Ok(old.len())
///     }
/// }
/// ```
#[async_trait]
pub trait Interactions: Debug + Send + Sync + 'static {
    /// Keeps a new request; a known id is a conflict.
    ///
    /// # Errors
    /// When the store does not answer; whether the request is there is unknown then.
    async fn create(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError>;

    /// The newest state, expired or not; never a replica's.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Parked>, StoreError>;

    /// Writes the row if the stored one still has version `from`: of two who answer at once, one does.
    ///
    /// # Errors
    /// When the store does not answer; whether it was written is unknown then.
    async fn change(
        &self,
        tenant: &TenantId,
        parked: Parked,
        from: Version,
    ) -> Result<Change, StoreError>;

    /// Forgets up to `limit` requests that expired before `before`, in any tenant. Returns how many.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;
}
