//! Where the built-in directory keeps its users.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::{Create, StoreError};
use crate::types::{Account, Subject, TenantId};

/// Keeps rows of the built-in user directory. A host that lends its own [`super::Users`] needs
/// none.
///
/// ```
/// use std::sync::{Arc, Mutex, PoisonError};
/// use grantry::{async_trait, ports::{Accounts, Create, StoreError}};
/// use grantry::types::{Account, Subject, TenantId};
///
/// type Row = (TenantId, Arc<Account>);
///
/// #[derive(Debug, Default)]
/// struct InAList(Mutex<Vec<Row>>);
///
/// impl InAList {
///     fn find(&self, wanted: impl Fn(&Row) -> bool) -> Option<Arc<Account>> {
///         let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         rows.iter().find(|row| wanted(row)).map(|row| row.1.clone())
///     }
/// }
///
/// #[async_trait]
/// impl Accounts for InAList {
///     async fn by_username(&self, tenant: &TenantId, canonical: &str) -> Result<Option<Arc<Account>>, StoreError> {
///         Ok(self.find(|row| row.0 == *tenant && &*row.1.username == canonical))
///     }
///     async fn by_subject(&self, tenant: &TenantId, subject: &Subject) -> Result<Option<Arc<Account>>, StoreError> {
///         Ok(self.find(|row| row.0 == *tenant && row.1.subject == *subject))
///     }
///     async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
///         let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         let same = |a: &Account| a.username == account.username || a.subject == account.subject;
///         if rows.iter().any(|row| row.0 == *tenant && same(&row.1)) {
///             return Ok(Create::Conflict);
///         }
///         rows.push((tenant.clone(), Arc::new(account)));
///         Ok(Create::Created)
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
}
