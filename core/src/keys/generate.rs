//! The first keys of a tenant.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};

use crate::ports::{Entropy, KeyMaterial, KeyPurpose, KeyRecord, StoreError};
use crate::types::{SigningAlg, Timestamp};

/// A signing key for each algorithm, and a ticket key.
///
/// # Errors
/// When there is no chance to be had.
pub fn generate(entropy: &dyn Entropy, now: Timestamp) -> Result<Vec<KeyRecord>, StoreError> {
    let signing = SigningAlg::ALL.map(KeyPurpose::Signing);
    let purposes = signing.into_iter().chain([KeyPurpose::Ticket(1)]);
    purposes
        .map(|purpose| {
            let material = match purpose {
                KeyPurpose::Signing(SigningAlg::Es256) => ecdsa()?,
                // RFC 8032 §5.1.5 and our own ticket keys: 32 bytes of chance.
                KeyPurpose::Signing(SigningAlg::EdDsa) | KeyPurpose::Ticket(_) => {
                    entropy.bytes::<32>().map_err(StoreError::new)?.to_vec()
                }
            };
            Ok(KeyRecord { purpose, material: KeyMaterial::new(material), created_at: now })
        })
        .collect()
}

/// A point on a curve is drawn by the library: rejection sampling is not ours to write.
fn ecdsa() -> Result<Vec<u8>, StoreError> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    Ok(made.map_err(StoreError::new)?.as_ref().to_vec())
}
