//! Keys in memory that sign.

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};

use crate::ports::{KeyMaterial, Signer, StoreError, VerifyingKey};
use crate::types::SigningAlg;

/// A parsed private key with its public half.
pub(super) struct LocalSigner {
    key: Key,
    public: VerifyingKey,
}

enum Key {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl LocalSigner {
    /// Parses the key.
    pub(super) fn parse(alg: SigningAlg, material: &KeyMaterial) -> Result<Self, StoreError> {
        let bytes = material.expose();
        let key = match alg {
            SigningAlg::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes).map(Key::Ecdsa)
            }
            SigningAlg::EdDsa => Ed25519KeyPair::from_seed_unchecked(bytes).map(Key::Ed25519),
        };
        let key = key.map_err(StoreError::new)?;
        let public = VerifyingKey::new(alg, key.public()).map_err(StoreError::new)?;
        Ok(Self { key, public })
    }

    pub(super) fn public(&self) -> &VerifyingKey {
        &self.public
    }
}

impl Key {
    fn public(&self) -> &[u8] {
        match self {
            Self::Ecdsa(key) => key.public_key().as_ref(),
            Self::Ed25519(key) => key.public_key().as_ref(),
        }
    }
}

#[async_trait]
impl Signer for LocalSigner {
    fn key_id(&self) -> &str {
        self.public.key_id()
    }

    fn alg(&self) -> SigningAlg {
        self.public.alg()
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(match &self.key {
            Key::Ecdsa(key) => {
                let signature = key.sign(&SystemRandom::new(), message);
                signature.map_err(StoreError::new)?.as_ref().to_vec()
            }
            Key::Ed25519(key) => key.sign(message).as_ref().to_vec(),
        })
    }
}

impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalSigner({:?})", self.public)
    }
}
