//! Keys in memory that sign.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RsaKeyPair,
    },
};

use crate::ports::{InvalidKey, KeyMaterial, Signer, StoreError, VerifyingKey};
use crate::types::SigningAlg;

/// A parsed private key with its public half.
pub(super) struct LocalSigner {
    key: Key,
    public: Arc<VerifyingKey>,
}

enum Key {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
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
            SigningAlg::Rs256 => RsaKeyPair::from_pkcs8(bytes).map(Key::Rsa),
        };
        let key = key.map_err(StoreError::new)?;
        let public = Arc::new(key.public().map_err(StoreError::new)?);
        Ok(Self { key, public })
    }

    pub(super) fn public(&self) -> &Arc<VerifyingKey> {
        &self.public
    }
}

impl Key {
    fn public(&self) -> Result<VerifyingKey, InvalidKey> {
        match self {
            Self::Ecdsa(key) => VerifyingKey::es256(key.public_key().as_ref()),
            Self::Ed25519(key) => VerifyingKey::eddsa(key.public_key().as_ref()),
            Self::Rsa(key) => {
                let (n, e) = (key.public_key().modulus(), key.public_key().exponent());
                VerifyingKey::rs256(
                    n.big_endian_without_leading_zero(),
                    e.big_endian_without_leading_zero(),
                )
            }
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
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(StoreError::new)?;
                signature
            }
        })
    }
}

impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalSigner({:?})", self.public)
    }
}
