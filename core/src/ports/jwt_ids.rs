//! Where the ids of JWTs are remembered.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::types::{JwtId, TenantId, Timestamp};

/// JWT ids that are remembered until their tokens expire: client assertions and DPoP proofs that were used
/// (RFC 7523 §3 item 7, RFC 9449 §11.1), access tokens that were revoked. A row has nothing but a moment:
/// an id whose moment has come counts as one that was never there.
///
/// ```
/// use std::{collections::BTreeMap, sync::{Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{JwtIds, StoreError}};
/// use grantry::types::{JwtId, TenantId, Timestamp};
///
/// type Rows = BTreeMap<(TenantId, JwtId), Timestamp>;
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
/// impl JwtIds for InAMap {
///     async fn remember(
///         &self, tenant: &TenantId, id: JwtId, expires_at: Timestamp, now: Timestamp,
///     ) -> Result<bool, StoreError> {
///         let (mut rows, key) = (self.rows(), (tenant.clone(), id));
///         let is_new = rows.get(&key).is_none_or(|end| *end <= now);
///         if is_new {
///             rows.insert(key, expires_at);
///         }
///         Ok(is_new)
///     }
///     async fn knows(
///         &self, tenant: &TenantId, id: JwtId, now: Timestamp,
///     ) -> Result<bool, StoreError> {
///         Ok(self.rows().get(&(tenant.clone(), id)).is_some_and(|end| now < *end))
///     }
///     async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
///         self.rows().retain(|(owner, _), _| owner != tenant);
///         Ok(())
///     }
///     async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
///         let mut rows = self.rows();
///         let old = rows.iter().filter(|(_, end)| **end < before);
///         let old: Vec<_> = old.map(|(key, _)| key.clone()).take(limit).collect();
///         old.iter().for_each(|key| drop(rows.remove(key)));
///         Ok(old.len())
///     }
///     fn lasts(&self) -> bool {
///         false
///     }
/// }
/// ```
#[async_trait]
pub trait JwtIds: Debug + Send + Sync + 'static {
    /// Remembers an id until that moment. Returns whether it is new: of all who ask at once, on whatever
    /// node, one is told so, and an id that is known keeps its moment. One step, so that nobody comes
    /// between.
    ///
    /// # Errors
    /// When the store does not answer; whether the id is remembered is unknown then.
    async fn remember(
        &self,
        tenant: &TenantId,
        id: JwtId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Whether an id is remembered; never a replica's word.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn knows(&self, tenant: &TenantId, id: JwtId, now: Timestamp)
    -> Result<bool, StoreError>;

    /// Forgets all ids of a tenant.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError>;

    /// Forgets up to `limit` ids whose moment was before `before`, in any tenant. Returns how many.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// Whether what is remembered outlives the process. Where it does not, JWTs that were issued before the
    /// process began are refused wherever they may be used once.
    fn lasts(&self) -> bool {
        true
    }
}
