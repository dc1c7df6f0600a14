//! Where clients are kept.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::{Create, StoreError};
use crate::types::{Client, ClientId, TenantId};

/// Keeps the clients of every tenant.
///
/// ```
/// use std::{collections::HashMap, sync::{Arc, Mutex, PoisonError}};
/// use grantry::{async_trait, ports::{Clients, Create, StoreError}};
/// use grantry::types::{Client, ClientId, TenantId};
///
/// #[derive(Debug, Default)]
/// struct InAMap(Mutex<HashMap<(TenantId, ClientId), Arc<Client>>>);
///
/// #[async_trait]
/// impl Clients for InAMap {
///     async fn read(&self, tenant: &TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, StoreError> {
///         let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         Ok(map.get(&(tenant.clone(), id.clone())).cloned())
///     }
///     async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
///         let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         let key = (tenant.clone(), client.id.clone());
///         if map.contains_key(&key) {
///             return Ok(Create::Conflict);
///         }
///         map.insert(key, Arc::new(client));
///         Ok(Create::Created)
///     }
/// }
/// ```
#[async_trait]
pub trait Clients: Debug + Send + Sync + 'static {
    /// The client of this id.
    ///
    /// # Errors
    /// When the store does not answer; nobody is told that there is no such client.
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError>;

    /// Keeps a new client; one of that id is a conflict and stays as it is.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError>;
}
