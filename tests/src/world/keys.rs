//! Keys of the world that are there before it.

use base64::{Engine, engine::general_purpose::STANDARD};
use grantry::{
    ports::{KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan, Stores},
    types::{SigningAlg, Timestamp, Version},
};

use super::{ManualClock, rsa::RSA};

/// Keys that are the same in every run, so that even the JWKS can be compared. The server would draw
/// the ES256 and RS256 keys by itself, and not from the chance that the world owns.
pub(super) async fn keys(stores: &Stores, tenant: &str) {
    let tenant = tenant.parse().expect("a tenant id");
    let pkcs8 = |text: &str| STANDARD.decode(text).expect("base64");
    let keys = [
        (KeyPurpose::Signing(SigningAlg::Es256), pkcs8(ECDSA)),
        (KeyPurpose::Signing(SigningAlg::EdDsa), vec![0x5e; 32]),
        (KeyPurpose::Signing(SigningAlg::Rs256), pkcs8(RSA)),
        (KeyPurpose::Ticket(1), vec![0xa7; 32]),
    ];
    let keys = keys.map(|(purpose, bytes)| KeyRecord {
        purpose,
        material: KeyMaterial::new(bytes),
        span: KeySpan::from(Timestamp::from_millis(ManualClock::BEGIN)),
    });
    let keys = KeySet { version: Version::default(), keys: keys.into() };
    stores.key_records.create(&tenant, keys).await.expect("keys");
}

/// A P-256 key in PKCS #8, for nothing but this.
pub(crate) const ECDSA: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjoMkfJZxVJK2q9WX3EN4y91OS4RnEneX/NtnjvSa2uKh",
    "RANCAAQlVQr9d+UG/nRpBHLuM0Eqfip1zm/Z+oKNii9Uq3/TE/GiJy6GUAMfW8xtEG9jwqFCfaYf8k9zHYwOOvLwnSkD",
);
