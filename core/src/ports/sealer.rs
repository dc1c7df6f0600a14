//! What seals private keys before a store sees them.

use std::{error::Error, fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::KeyMaterial;

/// Seals private keys, so that whoever reads the store, or a backup of it, has none. Built in is
/// [`crate::MasterKey`]; a key management service fits as well:
///
/// ```
/// use grantry::{async_trait, ports::{KeyMaterial, SealError, Sealer}};
///
/// # #[derive(Debug)]
/// # struct Client;
/// # impl Client {
/// #     async fn encrypt(&self, _: &str, _: &[u8], _: &[u8]) -> Result<Vec<u8>, SealError> { Ok(vec![]) }
/// #     async fn decrypt(&self, _: &[u8], _: &[u8]) -> Result<Vec<u8>, SealError> { Ok(vec![]) }
/// # }
/// /// A service that encrypts with associated data, and knows its keys by name.
/// #[derive(Debug)]
/// struct Kms { client: Client, key: String }
///
/// #[async_trait]
/// impl Sealer for Kms {
///     async fn seal(&self, context: &[u8], key: &KeyMaterial) -> Result<Vec<u8>, SealError> {
///         let mut sealed = format!("{}\n", self.key).into_bytes();
///         sealed.extend(self.client.encrypt(&self.key, context, key.expose()).await?);
///         Ok(sealed)
///     }
///     async fn open(&self, context: &[u8], sealed: &[u8]) -> Result<KeyMaterial, SealError> {
///         let at = sealed.iter().position(|b| *b == b'\n').ok_or(SealError::Damaged)?;
///         let opened = self.client.decrypt(context, &sealed[at + 1..]).await?;
///         Ok(KeyMaterial::new(opened))
///     }
///     fn is_current(&self, sealed: &[u8]) -> bool {
///         sealed.starts_with(format!("{}\n", self.key).as_bytes())
///     }
/// }
/// ```
#[async_trait]
pub trait Sealer: Debug + Send + Sync + 'static {
    /// Seals a key so that it opens with this context alone: the tenant, what the key is for and since
    /// when, as bytes of ours. The context is stored beside the key and is no secret.
    ///
    /// # Errors
    /// [`SealError::Unavailable`].
    async fn seal(&self, context: &[u8], key: &KeyMaterial) -> Result<Vec<u8>, SealError>;

    /// Opens what [`Sealer::seal`] made, or made by a former key.
    ///
    /// # Errors
    /// See [`SealError`].
    async fn open(&self, context: &[u8], sealed: &[u8]) -> Result<KeyMaterial, SealError>;

    /// Whether it is sealed as `seal` would do it today. What is not will be sealed anew.
    fn is_current(&self, sealed: &[u8]) -> bool;
}

#[async_trait]
impl Sealer for Arc<dyn Sealer> {
    async fn seal(&self, context: &[u8], key: &KeyMaterial) -> Result<Vec<u8>, SealError> {
        (**self).seal(context, key).await
    }

    async fn open(&self, context: &[u8], sealed: &[u8]) -> Result<KeyMaterial, SealError> {
        (**self).open(context, sealed).await
    }

    fn is_current(&self, sealed: &[u8]) -> bool {
        (**self).is_current(sealed)
    }
}

/// Why stored keys cannot be opened, or keys not be sealed. It holds nothing of either.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// They are sealed, and there is no master key.
    #[error(
        "they are sealed, and this server has no master key: write .master_key(…) with the one that \
         they were sealed under"
    )]
    NoKey,
    /// They are sealed under a master key that this server does not have.
    #[error(
        "they are sealed under a master key that this server does not have: give it that one, or, if \
         another took its place, add it by .and_formerly(…) until everything is sealed anew"
    )]
    UnknownKey,
    /// They are sealed under a key that this server has, and do not open: they were changed, or belong
    /// to another tenant or another key.
    #[error("what is stored was changed, or moved here from elsewhere: put back what was there")]
    Damaged,
    /// The sealer did not answer.
    #[error("the sealer did not answer")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl SealError {
    /// One fixed word for audit.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoKey => "no_master_key",
            Self::UnknownKey => "unknown_master_key",
            Self::Damaged => "damaged",
            Self::Unavailable(_) => "sealer_unavailable",
        }
    }
}
