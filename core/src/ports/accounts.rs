//! Where the built-in directory keeps its users.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::{Create, StoreError};
use crate::types::{Account, Subject, TenantId, Version};

/// Keeps rows of the built-in user directory. A host that lends its own [`super::Users`] needs
/// none.
///
/// ```
/// use std::{collections::BTreeMap, sync::{Arc, Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{AccountChange, Accounts, Create, StoreError}};
/// use grantry::types::{Account, Subject, TenantId, Version};
///
/// type Rows = BTreeMap<(TenantId, Subject), Arc<Account>>;
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
/// fn named(rows: &Rows, tenant: &TenantId, name: &str) -> Option<Arc<Account>> {
///     let mut mine = rows.iter().filter(|((owner, _), _)| owner == tenant);
///     mine.find(|(_, row)| &*row.username == name).map(|(_, row)| row.clone())
/// }
///
/// #[async_trait]
/// impl Accounts for InAMap {
///     async fn by_username(&self, tenant: &TenantId, canonical: &str) -> Result<Option<Arc<Account>>, StoreError> {
///         Ok(named(&self.rows(), tenant, canonical))
///     }
///     async fn by_subject(&self, tenant: &TenantId, subject: &Subject) -> Result<Option<Arc<Account>>, StoreError> {
///         Ok(self.rows().get(&(tenant.clone(), subject.clone())).cloned())
///     }
///     async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
///         let (mut rows, key) = (self.rows(), (tenant.clone(), account.subject.clone()));
///         if rows.contains_key(&key) || named(&rows, tenant, &account.username).is_some() {
///             return Ok(Create::Conflict);
///         }
///         rows.insert(key, Arc::new(account));
///         Ok(Create::Created)
///     }
///     async fn change(
///         &self, tenant: &TenantId, account: Account, from: Version,
///     ) -> Result<AccountChange, StoreError> {
///         let mut rows = self.rows();
///         let twin = named(&rows, tenant, &account.username);
///         if twin.is_some_and(|twin| twin.subject != account.subject) {
///             return Ok(AccountChange::Taken);
///         }
///         match rows.get_mut(&(tenant.clone(), account.subject.clone())) {
///             Some(row) if row.version == from => {
///                 *row = Arc::new(account);
///                 Ok(AccountChange::Written)
///             }
///             _ => Ok(AccountChange::Lost),
///         }
///     }
///     async fn delete(&self, tenant: &TenantId, subject: &Subject) -> Result<(), StoreError> {
///         self.rows().remove(&(tenant.clone(), subject.clone()));
///         Ok(())
///     }
///     async fn list(
///         &self, tenant: &TenantId, after: Option<&Subject>, limit: usize,
///     ) -> Result<Vec<Arc<Account>>, StoreError> {
///         let rows = self.rows();
///         let mine = rows.iter().filter(|((owner, _), _)| owner == tenant).map(|(_, row)| row);
///         let later = mine.filter(|row| after.is_none_or(|subject| row.subject > *subject));
///         Ok(later.take(limit).cloned().collect())
///     }
///     async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
///         self.rows().retain(|(owner, _), _| owner != tenant);
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait Accounts: Debug + Send + Sync + 'static {
    /// The user of this canonical name.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn by_username(
        &self,
        tenant: &TenantId,
        canonical: &str,
    ) -> Result<Option<Arc<Account>>, StoreError>;

    /// The user that tokens name so.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError>;

    /// Keeps a new user; one of that name or subject is a conflict and stays as it is.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError>;

    /// Writes the row if the stored one still has version `from`. The name may be a new one.
    ///
    /// # Errors
    /// When the store does not answer; whether it was written is unknown then.
    async fn change(
        &self,
        tenant: &TenantId,
        account: Account,
        from: Version,
    ) -> Result<AccountChange, StoreError>;

    /// Forgets a user. One that is not there is no error.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn delete(&self, tenant: &TenantId, subject: &Subject) -> Result<(), StoreError>;

    /// Up to `limit` users of a tenant in the order of their subjects, after that one.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&Subject>,
        limit: usize,
    ) -> Result<Vec<Arc<Account>>, StoreError>;

    /// Forgets all users of a tenant.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError>;
}

/// What came of changing a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// It is written.
    Written,
    /// Somebody else wrote, or the user is gone: nothing changed.
    Lost,
    /// Another user has that name: nothing changed.
    Taken,
}
