//! Where tenants are kept.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::{Change, Create, StoreError};
use crate::types::{Tenant, TenantId, Version};

/// Keeps tenants. The name of a deleted one is never given out again: its issuer would be the old
/// one's, and whoever still holds the old keys or tokens could not tell them apart.
///
/// ```
/// use std::{collections::BTreeMap, sync::{Arc, Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{Change, Create, StoreError, Tenants}};
/// use grantry::types::{Tenant, TenantId, Version};
///
/// /// A deleted tenant leaves `None` behind.
/// type Rows = BTreeMap<TenantId, Option<Arc<Tenant>>>;
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
/// impl Tenants for InAMap {
///     async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
///         Ok(self.rows().get(id).cloned().flatten())
///     }
///     async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
///         let mut rows = self.rows();
///         if rows.contains_key(&tenant.id) {
///             return Ok(Create::Conflict);
///         }
///         rows.insert(tenant.id.clone(), Some(Arc::new(tenant)));
///         Ok(Create::Created)
///     }
///     async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
///         match self.rows().get_mut(&tenant.id) {
///             Some(Some(row)) if row.version == from => {
///                 *row = Arc::new(tenant);
///                 Ok(Change::Written)
///             }
///             _ => Ok(Change::Lost),
///         }
///     }
///     async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
///         self.rows().entry(id.clone()).and_modify(|row| *row = None);
///         Ok(())
///     }
///     async fn list(
///         &self, after: Option<&TenantId>, limit: usize,
///     ) -> Result<Vec<Arc<Tenant>>, StoreError> {
///         let rows = self.rows();
///         let later = rows.values().flatten().filter(|row| after.is_none_or(|id| row.id > *id));
///         Ok(later.take(limit).cloned().collect())
///     }
/// }
/// ```
#[async_trait]
pub trait Tenants: Debug + Send + Sync + 'static {
    /// The tenant of this name.
    ///
    /// # Errors
    /// When the store does not answer; nobody is told that there is no such tenant.
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError>;

    /// Keeps a new tenant; one that has that name, or ever had it, is a conflict.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError>;

    /// Writes the row if the stored one still has version `from`.
    ///
    /// # Errors
    /// When the store does not answer; whether it was written is unknown then.
    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError>;

    /// Forgets everything of the tenant but that its name was given out. One that is not there is
    /// no error.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn delete(&self, id: &TenantId) -> Result<(), StoreError>;

    /// Up to `limit` tenants in the order of their ids, after that one.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn list(
        &self,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError>;
}
