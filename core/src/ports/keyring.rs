//! The keys of every tenant.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::{Signer, StoreError, TicketKey, VerifyingKey};
use crate::types::{SigningAlg, Subject, TenantId, Timestamp};

/// Lends the keys of a tenant. The built-in one keeps parsed keys over [`super::KeyRecords`].
///
/// ```
/// use std::sync::Arc;
/// use grantry::{async_trait, types::{SigningAlg, TenantId, Timestamp}};
/// use grantry::ports::{Keyring, Signer, StoreError, TicketKey, VerifyingKey};
///
/// /// One key of one tenant, held elsewhere.
/// #[derive(Debug)]
/// struct One { signer: Arc<dyn Signer>, public: Arc<VerifyingKey>, ticket: Arc<TicketKey> }
///
/// #[async_trait]
/// impl Keyring for One {
///     async fn active(
///         &self, _: &TenantId, alg: SigningAlg, _: Timestamp,
///     ) -> Result<Arc<dyn Signer>, StoreError> {
///         if alg != self.signer.alg() {
///             return Err(StoreError::new("no key for this algorithm"));
///         }
///         Ok(self.signer.clone())
///     }
///     async fn public(
///         &self, _: &TenantId, _: Timestamp,
///     ) -> Result<Vec<Arc<VerifyingKey>>, StoreError> {
///         Ok(vec![self.public.clone()])
///     }
///     async fn ticket_key(
///         &self, _: &TenantId, id: Option<u8>, _: Timestamp,
///     ) -> Result<Option<Arc<TicketKey>>, StoreError> {
///         Ok(Some(self.ticket.clone()).filter(|key| id.is_none_or(|id| id == key.id())))
///     }
/// }
/// ```
#[async_trait]
pub trait Keyring: Debug + Send + Sync + 'static {
    /// The key that signs now.
    ///
    /// # Errors
    /// When there is none or it cannot be reached.
    async fn active(
        &self,
        tenant: &TenantId,
        alg: SigningAlg,
        now: Timestamp,
    ) -> Result<Arc<dyn Signer>, StoreError>;

    /// Every key that may have signed a token that is still valid: what the JWKS shows and what
    /// guards believe.
    ///
    /// # Errors
    /// When the keys cannot be reached.
    async fn public(
        &self,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<Vec<Arc<VerifyingKey>>, StoreError>;

    /// The same for the JWKS, which anybody may keep for minutes: where the keys cannot be reached, those
    /// that were known a few minutes ago do.
    ///
    /// # Errors
    /// When the keys cannot be reached, and were not known lately.
    async fn published(
        &self,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<Vec<Arc<VerifyingKey>>, StoreError> {
        self.public(tenant, now).await
    }

    /// The key that made a code or refresh token, or without an id the one that makes them now.
    ///
    /// # Errors
    /// When the keys cannot be reached; an unknown id is no error but `None`.
    async fn ticket_key(
        &self,
        tenant: &TenantId,
        id: Option<u8>,
        now: Timestamp,
    ) -> Result<Option<Arc<TicketKey>>, StoreError>;

    /// The tenant's keys have changed: what is remembered of them is old.
    fn forget(&self, tenant: &TenantId) {
        let _ = tenant;
    }

    /// Keys of any tenant may have changed unnoticed: whatever is remembered is asked for anew.
    fn doubt(&self) {}

    /// What clients of this sector call a user (OpenID Connect Core §8.1): always the same, and nothing
    /// that another sector's clients or the user's own name could be found by. Nothing, unless the
    /// keyring has a key for it.
    ///
    /// # Errors
    /// When the keys cannot be reached.
    async fn pairwise(
        &self,
        tenant: &TenantId,
        sector: &str,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Option<Subject>, StoreError> {
        let _ = (tenant, sector, subject, now);
        Ok(None)
    }
}
