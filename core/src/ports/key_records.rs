//! Where a tenant's keys are kept.

use std::fmt::{self, Debug};

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::{Create, StoreError};
use crate::types::{SigningAlg, TenantId, Timestamp};

/// Keeps the keys of every tenant for the built-in [`super::Keyring`].
///
/// ```
/// use std::{collections::HashMap, sync::{Mutex, PoisonError}};
/// use grantry::{async_trait, ports::{Create, KeyRecord, KeyRecords, StoreError}, types::TenantId};
///
/// #[derive(Debug, Default)]
/// struct InAMap(Mutex<HashMap<TenantId, Vec<KeyRecord>>>);
///
/// #[async_trait]
/// impl KeyRecords for InAMap {
///     async fn list(&self, tenant: &TenantId) -> Result<Vec<KeyRecord>, StoreError> {
///         let map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         Ok(map.get(tenant).cloned().unwrap_or_default())
///     }
///     async fn create(&self, tenant: &TenantId, keys: Vec<KeyRecord>) -> Result<Create, StoreError> {
///         let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         if map.contains_key(tenant) {
///             return Ok(Create::Conflict);
///         }
///         map.insert(tenant.clone(), keys);
///         Ok(Create::Created)
///     }
/// }
/// ```
#[async_trait]
pub trait KeyRecords: Debug + Send + Sync + 'static {
    /// All keys of a tenant.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn list(&self, tenant: &TenantId) -> Result<Vec<KeyRecord>, StoreError>;

    /// Keeps the first keys of a tenant; a tenant that has keys is a conflict and keeps them.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn create(&self, tenant: &TenantId, keys: Vec<KeyRecord>) -> Result<Create, StoreError>;
}

/// One key of a tenant.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The key itself.
    pub material: KeyMaterial,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// Signs tokens.
    Signing(SigningAlg),
    /// Makes codes and refresh tokens, which name it by this number.
    Ticket(u8),
}

/// A private key: PKCS #8 for ES256, the 32-byte seed for EdDSA, 32 bytes for a ticket key.
#[derive(Clone)]
pub struct KeyMaterial(Zeroizing<Vec<u8>>);

impl KeyMaterial {
    /// Wraps the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes themselves. Search for `expose` to see every place where a secret leaves.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyMaterial(…)")
    }
}
