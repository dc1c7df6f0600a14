//! Where it is kept who is signed in.

use std::fmt::Debug;

use async_trait::async_trait;

use super::{Change, Create, StoreError};
use crate::types::{Session, Subject, TenantId, TicketId, Timestamp, Version};

/// Keeps the sessions of users in browsers. What a browser shows is not in them.
///
/// ```
/// use std::{collections::BTreeMap, sync::{Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{Change, Create, Sessions, StoreError}};
/// use grantry::types::{Session, Subject, TenantId, TicketId, Timestamp, Version};
///
/// type Rows = BTreeMap<(TenantId, TicketId), Session>;
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
/// impl Sessions for InAMap {
///     async fn create(&self, tenant: &TenantId, session: Session) -> Result<Create, StoreError> {
///         let (mut rows, key) = (self.rows(), (tenant.clone(), session.id));
///         if rows.contains_key(&key) {
///             return Ok(Create::Conflict);
///         }
///         rows.insert(key, session);
///         Ok(Create::Created)
///     }
///     async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Session>, StoreError> {
///         Ok(self.rows().get(&(tenant.clone(), id)).cloned())
///     }
///     async fn change(
///         &self, tenant: &TenantId, session: Session, from: Version,
///     ) -> Result<Change, StoreError> {
///         match self.rows().get_mut(&(tenant.clone(), session.id)) {
///             Some(row) if row.version == from => {
///                 *row = session;
///                 Ok(Change::Written)
///             }
///             _ => Ok(Change::Lost),
///         }
///     }
///     async fn delete(&self, tenant: &TenantId, id: TicketId) -> Result<bool, StoreError> {
///         Ok(self.rows().remove(&(tenant.clone(), id)).is_some())
///     }
///     async fn end(&self, tenant: &TenantId, sid: TicketId) -> Result<Option<Subject>, StoreError> {
///         let mut whose = None;
///         self.rows().retain(|(owner, _), row| {
///             let ends = owner == tenant && row.sid == sid;
///             if ends {
///                 whose = Some(row.subject.clone());
///             }
///             !ends
///         });
///         Ok(whose)
///     }
///     async fn list(
///         &self, tenant: &TenantId, whose: Option<&Subject>, after: Option<TicketId>, limit: usize,
///     ) -> Result<Vec<Session>, StoreError> {
///         let rows = self.rows();
///         let mine = rows.iter().filter(|((owner, id), row)| {
///             owner == tenant
///                 && whose.is_none_or(|subject| row.subject == *subject)
///                 && after.is_none_or(|after| *id > after)
///         });
///         Ok(mine.map(|(_, row)| row.clone()).take(limit).collect())
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
pub trait Sessions: Debug + Send + Sync + 'static {
    /// Keeps a new session; a known id is a conflict.
    ///
    /// # Errors
    /// When the store does not answer; whether the session is there is unknown then.
    async fn create(&self, tenant: &TenantId, session: Session) -> Result<Create, StoreError>;

    /// The newest state, expired or not; never a replica's.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Session>, StoreError>;

    /// Writes the row if the stored one still has version `from`.
    ///
    /// # Errors
    /// When the store does not answer; whether it was written is unknown then.
    async fn change(
        &self,
        tenant: &TenantId,
        session: Session,
        from: Version,
    ) -> Result<Change, StoreError>;

    /// Forgets one session. Returns whether there was one.
    ///
    /// # Errors
    /// When the store does not answer; whether it is gone is unknown then.
    async fn delete(&self, tenant: &TenantId, id: TicketId) -> Result<bool, StoreError>;

    /// Forgets every session of this `sid`, which all are of one user. Returns of whom; of nobody where
    /// there was none.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn end(&self, tenant: &TenantId, sid: TicketId) -> Result<Option<Subject>, StoreError>;

    /// Up to `limit` sessions of a user, or of the whole tenant, in the order of their ids, after that
    /// one.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn list(
        &self,
        tenant: &TenantId,
        whose: Option<&Subject>,
        after: Option<TicketId>,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError>;

    /// Forgets up to `limit` sessions that expired before `before`, in any tenant. Returns how many.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;
}
