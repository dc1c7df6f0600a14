//! What is kept of a client's secret.

use std::fmt;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};

use super::ClientSecret;

/// SHA-256 of a secret. A secret that this server makes has 256 bits of chance, so a slow hash would
/// protect nothing; one that is brought along must be as hard to guess.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a secret.
    pub fn of(secret: &ClientSecret) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, secret.expose().as_bytes()).as_ref());
        Self(hash)
    }

    /// From its bytes, as a store kept them.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether this is the secret's hash, in constant time.
    pub fn matches(&self, secret: &ClientSecret) -> bool {
        verify_slices_are_equal(&self.0, &Self::of(secret).0).is_ok()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_secret_and_nothing_else() {
        let hash = SecretHash::of(&ClientSecret::from("s3cret"));
        assert!(hash.matches(&ClientSecret::from("s3cret")));
        // CA-13: the stored form is not accepted as the secret.
        let stored: String = hash.0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!hash.matches(&ClientSecret::new(stored)));
        assert_eq!(format!("{hash:?}"), "SecretHash(…)");
    }
}
