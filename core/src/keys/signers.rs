//! Keys in memory that sign.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use aws_lc_rs::{
    error::Unspecified,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RsaKeyPair, Signature,
    },
};

use crate::ports::{InvalidKey, KeyMaterial, Signer, StoreError, VerifyingKey};
use crate::types::SigningAlg;

/// A parsed private key with its public half. In this order what every token needs is in one line of the cache,
/// with the count of who holds it: of a million tenants' keys the one that is asked for is far away.
#[repr(C)]
pub(super) struct LocalSigner {
    public: Arc<VerifyingKey>,
    key: Key,
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
        Ok(Self { public, key })
    }

    pub(super) fn public(&self) -> &Arc<VerifyingKey> {
        &self.public
    }
}

impl Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match self {
            Self::Ecdsa(key) => bytes(&key.sign(&SystemRandom::new(), message)),
            Self::Ed25519(key) => bytes(&key.try_sign(message)),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)?;
                Ok(signature)
            }
        }
    }

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

/// Looked at where it lies: a signature of this library has room for the longest of any algorithm, 4,627 bytes, and to
/// unwrap it is to copy them all.
fn bytes(signature: &Result<Signature, Unspecified>) -> Result<Vec<u8>, Unspecified> {
    match signature {
        Ok(signature) => Ok(signature.as_ref().to_vec()),
        Err(error) => Err(*error),
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
        self.key.sign(message).map_err(StoreError::new)
    }
}

impl fmt::Debug for LocalSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalSigner({:?})", self.public)
    }
}
