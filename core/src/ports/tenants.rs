//! Where tenants are kept.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::{Create, StoreError};
use crate::types::{Tenant, TenantId};

/// Keeps tenants.
///
/// ```
/// use std::{collections::HashMap, sync::{Arc, Mutex, PoisonError}};
/// use grantry::{async_trait, ports::{Create, StoreError, Tenants}, types::{Tenant, TenantId}};
///
/// #[derive(Debug, Default)]
/// struct InAMap(Mutex<HashMap<TenantId, Arc<Tenant>>>);
///
/// #[async_trait]
/// impl Tenants for InAMap {
///     async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
///         Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned())
///     }
///     async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
///         let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         if map.contains_key(&tenant.id) {
///             return Ok(Create::Conflict);
///         }
///         map.insert(tenant.id.clone(), Arc::new(tenant));
///         Ok(Create::Created)
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

    /// Keeps a new tenant; one of that name is a conflict and stays as it is.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError>;
}
