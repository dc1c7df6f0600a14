//! Where clients are kept.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::{Change, Create, StoreError};
use crate::types::{Client, ClientId, TenantId, Version};

/// Keeps the clients of every tenant.
///
/// ```
/// use std::{collections::BTreeMap, sync::{Arc, Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{Change, Clients, Create, StoreError}};
/// use grantry::types::{Client, ClientId, TenantId, Version};
///
/// type Rows = BTreeMap<(TenantId, ClientId), Arc<Client>>;
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
/// impl Clients for InAMap {
///     async fn read(&self, tenant: &TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, StoreError> {
///         Ok(self.rows().get(&(tenant.clone(), id.clone())).cloned())
///     }
///     async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
///         let (mut rows, key) = (self.rows(), (tenant.clone(), client.id.clone()));
///         if rows.contains_key(&key) {
///             return Ok(Create::Conflict);
///         }
///         rows.insert(key, Arc::new(client));
///         Ok(Create::Created)
///     }
///     async fn change(
///         &self, tenant: &TenantId, client: Client, from: Version,
///     ) -> Result<Change, StoreError> {
///         match self.rows().get_mut(&(tenant.clone(), client.id.clone())) {
///             Some(row) if row.version == from => {
///                 *row = Arc::new(client);
///                 Ok(Change::Written)
///             }
///             _ => Ok(Change::Lost),
///         }
///     }
///     async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
///         self.rows().remove(&(tenant.clone(), id.clone()));
///         Ok(())
///     }
///     async fn list(
///         &self, tenant: &TenantId, after: Option<&ClientId>, limit: usize,
///     ) -> Result<Vec<Arc<Client>>, StoreError> {
///         let rows = self.rows();
///         let mine = rows.iter().filter(|((owner, _), _)| owner == tenant).map(|(_, row)| row);
///         let later = mine.filter(|row| after.is_none_or(|id| row.id > *id));
///         Ok(later.take(limit).cloned().collect())
///     }
///     async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
///         self.rows().retain(|(owner, _), _| owner != tenant);
///         Ok(())
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

    /// Writes the row if the stored one still has version `from`.
    ///
    /// # Errors
    /// When the store does not answer; whether it was written is unknown then.
    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError>;

    /// Forgets a client. One that is not there is no error.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError>;

    /// Up to `limit` clients of a tenant in the order of their ids, after that one.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError>;

    /// Forgets all clients of a tenant.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError>;
}
