//! The built-in sealer: AES-256-GCM under one key of the host.

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, MAX_TAG_LEN, NONCE_LEN, Nonce, RandomizedNonceKey},
    digest::{self, SHA256},
    hkdf::{HKDF_SHA256, KeyType, Salt},
    rand,
};
use zeroize::{Zeroize, Zeroizing};

use crate::ports::{KeyMaterial, SealError, Sealer};

/// Seals private keys by AES-256-GCM: 32 bytes, which the host keeps apart from the store. It is lost with
/// all that it sealed, so keep a copy, also apart from the store's backups.
///
/// ```no_run
/// use grantry::{MasterKey, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // Once, by whoever sets the server up: MasterKey::generate_file("/etc/shop/master.key")?;
/// let master = MasterKey::from_file("/etc/shop/master.key")?;
/// let builder = Server::builder("https://id.example.com/oauth/{tenant}").master_key(master);
/// # drop(builder);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MasterKey {
    /// The newest first, which seals.
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: [u8; ID],
    secret: Zeroizing<[u8; 32]>,
}

/// A sealed key is `master key's id ‖ salt ‖ nonce ‖ ciphertext ‖ tag`.
const ID: usize = 8;
const SALT: usize = 16;

impl MasterKey {
    /// A master key of these bytes, which a cryptographic generator must have drawn.
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let secret = Zeroizing::new(bytes);
        bytes.zeroize();
        let labelled = Zeroizing::new([&b"grantry/1/master-key-id"[..], &*secret].concat());
        let hash = digest::digest(&SHA256, &labelled);
        let mut id = [0; ID];
        id.copy_from_slice(&hash.as_ref()[..ID]);
        Self { keys: vec![Key { id, secret }] }
    }

    /// Opens also what this other one sealed; what is sealed anew is sealed by `self`. A server seals
    /// everything anew in the background, and [`crate::Admin::reseal_keys`] does so at once: when it
    /// says 0, the other one may go.
    ///
    /// Several nodes change over in three steps, each on all of them before the next one: the old
    /// one `.and_formerly` the new one, the new one `.and_formerly` the old one, the new one alone. A node
    /// that has the old one alone opens nothing that another sealed by the new one.
    #[must_use]
    pub fn and_formerly(mut self, other: Self) -> Self {
        for key in other.keys {
            if self.keys.iter().all(|known| known.id != key.id) {
                self.keys.push(key);
            }
        }
        self
    }

    pub(super) fn secret(&self) -> &[u8; 32] {
        &self.newest().secret
    }

    fn newest(&self) -> &Key {
        self.keys.first().expect("a master key is made with one key")
    }
}

#[async_trait]
impl Sealer for MasterKey {
    async fn seal(&self, context: &[u8], key: &KeyMaterial) -> Result<Vec<u8>, SealError> {
        let newest = self.newest();
        let mut salt = [0; SALT];
        rand::fill(&mut salt).map_err(unavailable)?;
        let mut inside = Zeroizing::new(Vec::with_capacity(key.expose().len() + MAX_TAG_LEN));
        inside.extend(key.expose());
        let aead = newest.derive(&salt)?;
        let nonce = aead.seal_in_place_append_tag(Aad::from(context), &mut *inside);
        let nonce = nonce.map_err(unavailable)?;
        Ok([&newest.id[..], &salt, nonce.as_ref(), &inside].concat())
    }

    async fn open(&self, context: &[u8], sealed: &[u8]) -> Result<KeyMaterial, SealError> {
        let (id, rest) = sealed.split_first_chunk::<ID>().ok_or(SealError::Damaged)?;
        let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(SealError::Damaged)?;
        let (nonce, inside) = rest.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Damaged)?;
        let key = self.keys.iter().find(|key| key.id == *id).ok_or(SealError::UnknownKey)?;
        let mut inside = Zeroizing::new(inside.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = key.derive(salt)?.open_in_place(nonce, Aad::from(context), &mut inside);
        Ok(KeyMaterial::new(opened.map_err(|_| SealError::Damaged)?.to_vec()))
    }

    fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.starts_with(&self.newest().id)
    }
}

impl Key {
    /// Each envelope has a key of its own, so that no count of them wears the master key out.
    fn derive(&self, salt: &[u8; SALT]) -> Result<RandomizedNonceKey, SealError> {
        struct Length;
        impl KeyType for Length {
            fn len(&self) -> usize {
                32
            }
        }
        let mut derived = Zeroizing::new([0; 32]);
        let root = Salt::new(HKDF_SHA256, salt).extract(&*self.secret);
        let filled = root.expand(&[b"grantry/1/envelope"], Length);
        filled.and_then(|okm| okm.fill(&mut *derived)).map_err(unavailable)?;
        RandomizedNonceKey::new(&AES_256_GCM, &*derived).map_err(unavailable)
    }
}

fn unavailable(cause: aws_lc_rs::error::Unspecified) -> SealError {
    SealError::Unavailable(cause.into())
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}
