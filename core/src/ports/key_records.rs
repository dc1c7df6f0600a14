//! Where a tenant's keys are kept.

use std::{
    fmt::{self, Debug},
    sync::Arc,
};

use async_trait::async_trait;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{Change, Create, StoreError};
use crate::types::{SigningAlg, TenantId, Timestamp, Version};

/// Keeps the keys of every tenant for the built-in [`super::Keyring`]: all keys of one tenant are one
/// row, so that nodes which rotate at once agree on one outcome.
///
/// ```
/// use std::{collections::HashMap, sync::{Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{Change, Create, KeyRecords, KeySet, StoreError}};
/// use grantry::types::{TenantId, Version};
///
/// #[derive(Debug, Default)]
/// struct InAMap(Mutex<HashMap<TenantId, KeySet>>);
///
/// impl InAMap {
///     fn rows(&self) -> MutexGuard<'_, HashMap<TenantId, KeySet>> {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner)
///     }
/// }
///
/// #[async_trait]
/// impl KeyRecords for InAMap {
///     async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
///         Ok(self.rows().get(tenant).cloned())
///     }
///     async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
///         let mut rows = self.rows();
///         if rows.contains_key(tenant) {
///             return Ok(Create::Conflict);
///         }
///         rows.insert(tenant.clone(), keys);
///         Ok(Create::Created)
///     }
///     async fn change(
///         &self, tenant: &TenantId, keys: KeySet, from: Version,
///     ) -> Result<Change, StoreError> {
///         match self.rows().get_mut(tenant) {
///             Some(row) if row.version == from => {
///                 *row = keys;
///                 Ok(Change::Written)
///             }
///             _ => Ok(Change::Lost),
///         }
///     }
///     async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
///         self.rows().remove(tenant);
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait KeyRecords: Debug + Send + Sync + 'static {
    /// All keys of a tenant.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError>;

    /// Keeps the first keys of a tenant; a tenant that has keys is a conflict and keeps them.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError>;

    /// Writes the keys if the stored ones still have version `from`.
    ///
    /// # Errors
    /// When the store does not answer; whether they were written is unknown then.
    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError>;

    /// Forgets all keys of a tenant.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError>;

    /// All keys of a tenant, for somebody who knows those of this version already. The default reads
    /// them all; whoever has work with each key, or a way to send less, spares it.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn read_newer(&self, tenant: &TenantId, known: Version) -> Result<Newer, StoreError> {
        Ok(match self.read(tenant).await? {
            None => Newer::Gone,
            Some(set) if set.version == known => Newer::Same,
            Some(set) => Newer::Changed(set),
        })
    }

    /// How often keys of any tenant were written, counted when a write is over: keys that were read since
    /// are the newest while it stays the same, and nobody asks for newer ones. For stores in the memory of
    /// this process; by default it is not known, and keys are asked for once a second.
    fn writes(&self) -> Option<u64> {
        None
    }

    /// Whether others can read what is handed over here, as it is, when this process is gone: from a
    /// file, a database or a backup. A server demands a master key for such a store, and then hands over
    /// nothing but sealed keys. What wraps a store says what the store says.
    fn lasts(&self) -> bool {
        true
    }
}

/// What there is of a tenant's keys beside those that are known.
#[derive(Clone, Debug)]
pub enum Newer {
    /// There are none any more.
    Gone,
    /// They are the ones that are known.
    Same,
    /// They are others by now: all of them.
    Changed(KeySet),
}

/// All keys of a tenant.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Raised by every write.
    pub version: Version,
    /// The keys, the newest last.
    pub keys: Vec<KeyRecord>,
}

/// One key of a tenant.
#[derive(Clone, Debug)]
pub struct KeyRecord {
    /// What it is for.
    pub purpose: KeyPurpose,
    /// The key itself.
    pub material: KeyMaterial,
    /// When it counts.
    pub span: KeySpan,
}

/// When a key counts. A key is *announced* until it is active, *active* until another of its kind
/// is, *retiring* until it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySpan {
    /// From here on it makes tokens, until a later key of its kind does.
    pub active_from: Timestamp,
    /// From here on nobody believes it; not known while no other key was announced.
    pub gone_at: Option<Timestamp>,
}

impl KeySpan {
    /// Makes tokens from here on.
    pub fn from(active_from: Timestamp) -> Self {
        Self { active_from, gone_at: None }
    }

    /// Whether what the key made is believed: the one predicate of the JWKS, of guards and of codes
    /// and refresh tokens. An announced key counts, since another node's clock may be ahead.
    pub fn counts(&self, now: Timestamp) -> bool {
        self.gone_at.is_none_or(|gone_at| now < gone_at)
    }

    /// Whether the key may make tokens; of several the one does that began last.
    pub fn makes(&self, now: Timestamp) -> bool {
        self.active_from <= now && self.counts(now)
    }
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPurpose {
    /// Signs tokens.
    Signing(SigningAlg),
    /// Makes codes and refresh tokens, which name it by this number.
    Ticket(u8),
    /// Makes pairwise subjects (OpenID Connect Core §8.1). A tenant has at most one, from the first
    /// client on that needs it, and for good: another would make everybody somebody else.
    Subjects,
}

impl KeyPurpose {
    /// Whether one can take the other's place: of the same algorithm, or both ticket keys. Nothing
    /// takes the place of what makes subjects.
    pub fn is_kind_of(self, other: Self) -> bool {
        match (self, other) {
            (Self::Signing(one), Self::Signing(other)) => one == other,
            (Self::Ticket(_), Self::Ticket(_)) | (Self::Subjects, Self::Subjects) => true,
            _ => false,
        }
    }
}

/// A private key: PKCS #8 for ES256 and RS256, the 32-byte seed for EdDSA, 32 bytes for a ticket key
/// and for what makes subjects. To a store below a master key it is the envelope that holds these, of 56
/// bytes more. Clones share it; it is wiped from memory with the last one.
#[derive(Clone)]
pub struct KeyMaterial(Arc<Kept>);

/// Most keys are 32 bytes long, and one of a million tenants is not worth an allocation of its own.
#[derive(Zeroize, ZeroizeOnDrop)]
enum Kept {
    Short([u8; 32]),
    Long(Vec<u8>),
}

impl KeyMaterial {
    /// Wraps the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        let bytes = Zeroizing::new(bytes);
        let kept = <[u8; 32]>::try_from(&**bytes);
        Self(Arc::new(kept.map_or_else(|_| Kept::Long(bytes.to_vec()), Kept::Short)))
    }

    /// The bytes themselves. Search for `expose` to see every place where a secret leaves.
    pub fn expose(&self) -> &[u8] {
        match &*self.0 {
            Kept::Short(bytes) => bytes,
            Kept::Long(bytes) => bytes,
        }
    }
}

impl Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyMaterial(…)")
    }
}
