//! New keys.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};

use crate::ports::{Entropy, KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan, StoreError};
use crate::types::{Set, SigningAlg, Timestamp, Version};

/// The first keys of a tenant: one for each algorithm that costs nothing and for each that it signs
/// by, and a ticket key.
///
/// # Errors
/// When there is no chance to be had.
pub async fn first(
    entropy: &dyn Entropy,
    signs_by: Set<SigningAlg>,
    now: Timestamp,
) -> Result<KeySet, StoreError> {
    let mut keys = Vec::new();
    for alg in SigningAlg::ALL {
        // RS256 alone takes a while to make.
        if alg != SigningAlg::Rs256 || signs_by.contains(&alg) {
            keys.push(generate(entropy, KeyPurpose::Signing(alg), now).await?);
        }
    }
    keys.push(generate(entropy, KeyPurpose::Ticket(1), now).await?);
    // Most tenants keep these for months: no room beside them.
    keys.shrink_to_fit();
    Ok(KeySet { version: Version::default(), keys })
}

/// A key that makes tokens from that moment on.
///
/// # Errors
/// When there is no chance to be had.
pub async fn generate(
    entropy: &dyn Entropy,
    purpose: KeyPurpose,
    active_from: Timestamp,
) -> Result<KeyRecord, StoreError> {
    let material = match purpose {
        // Points and primes are drawn by the library: rejection sampling is not ours to write.
        KeyPurpose::Signing(SigningAlg::Es256) => ecdsa()?,
        KeyPurpose::Signing(SigningAlg::Rs256) => {
            tokio::task::spawn_blocking(rsa).await.map_err(StoreError::new)??
        }
        // RFC 8032 §5.1.5 and our own keys: 32 bytes of chance.
        KeyPurpose::Signing(SigningAlg::EdDsa) | KeyPurpose::Ticket(_) | KeyPurpose::Subjects => {
            entropy.bytes::<32>().map_err(StoreError::new)?.to_vec()
        }
    };
    Ok(KeyRecord {
        purpose,
        material: KeyMaterial::new(material),
        span: KeySpan::from(active_from),
    })
}

fn ecdsa() -> Result<Vec<u8>, StoreError> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    Ok(made.map_err(StoreError::new)?.as_ref().to_vec())
}

/// RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used".
fn rsa() -> Result<Vec<u8>, StoreError> {
    let made = RsaKeyPair::generate(KeySize::Rsa2048).map_err(StoreError::new)?;
    let der: Pkcs8V1Der<'_> = made.as_der().map_err(StoreError::new)?;
    Ok(der.as_ref().to_vec())
}
