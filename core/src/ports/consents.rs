//! Where it is kept what users allowed.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::types::{ClientId, Consent, Subject, TenantId};

/// Keeps what users allowed clients. One that is lost is asked for again.
///
/// ```
/// use std::{collections::BTreeMap, sync::{Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{Consents, StoreError}};
/// use grantry::types::{ClientId, Consent, Subject, TenantId};
///
/// type Rows = BTreeMap<(TenantId, Subject, ClientId), Consent>;
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
/// impl Consents for InAMap {
///     async fn read(
///         &self, tenant: &TenantId, subject: &Subject, client: &ClientId,
///     ) -> Result<Option<Consent>, StoreError> {
///         Ok(self.rows().get(&(tenant.clone(), subject.clone(), client.clone())).cloned())
///     }
///     async fn keep(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError> {
///         let key = (tenant.clone(), consent.subject.clone(), consent.client.clone());
///         self.rows().insert(key, consent);
///         Ok(())
///     }
///     async fn forget(
///         &self, tenant: &TenantId, subject: &Subject, client: &ClientId,
///     ) -> Result<bool, StoreError> {
///         let key = (tenant.clone(), subject.clone(), client.clone());
///         Ok(self.rows().remove(&key).is_some())
///     }
///     async fn list(
///         &self, tenant: &TenantId, subject: &Subject, after: Option<&ClientId>, limit: usize,
///     ) -> Result<Vec<Consent>, StoreError> {
///         let rows = self.rows();
///         let mine = rows.iter().filter(|((owner, who, client), _)| {
///             owner == tenant && who == subject && after.is_none_or(|after| client > after)
///         });
///         Ok(mine.map(|(_, row)| row.clone()).take(limit).collect())
///     }
///     async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
///         self.rows().retain(|(owner, ..), _| owner != tenant);
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait Consents: Debug + Send + Sync + 'static {
    /// What this user allowed this client.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn read(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<Option<Consent>, StoreError>;

    /// Keeps what a user allows a client from now on, in place of what they allowed before.
    ///
    /// # Errors
    /// When the store does not answer; whether it was written is unknown then.
    async fn keep(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError>;

    /// Forgets what a user allowed a client. Returns whether there was anything.
    ///
    /// # Errors
    /// When the store does not answer; whether it is gone is unknown then.
    async fn forget(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, StoreError>;

    /// Up to `limit` consents of a user in the order of their clients, after that one.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn list(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError>;

    /// Forgets all consents of a tenant.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError>;
}
