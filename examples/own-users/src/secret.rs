//! What the shop keeps of a password, as it did before: PBKDF2, as many older tables have it.

use std::{fmt, num::NonZeroU32};

use aws_lc_rs::{
    pbkdf2::{self, PBKDF2_HMAC_SHA256},
    rand,
};

const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).expect("it is not zero");

/// A salted hash of a password.
#[derive(Clone)]
pub struct Secret {
    salt: [u8; 16],
    hash: [u8; 32],
}

impl Secret {
    /// What nobody has. Looking at it takes as long as at any other.
    pub const NOBODY: Self = Self { salt: [0; 16], hash: [0; 32] };

    /// Hashes a new password.
    ///
    /// # Errors
    /// When the machine gives no salt.
    pub fn of(password: &str) -> anyhow::Result<Self> {
        let (mut salt, mut hash) = ([0; 16], [0; 32]);
        rand::fill(&mut salt)?;
        pbkdf2::derive(PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &mut hash);
        Ok(Self { salt, hash })
    }

    /// Whether it is this password. Slow, as it must be: about a tenth of a second.
    pub fn is(&self, password: &str) -> bool {
        let Self { salt, hash } = self;
        pbkdf2::verify(PBKDF2_HMAC_SHA256, ROUNDS, salt, password.as_bytes(), hash).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_nobody_has_one() {
        let secret = Secret::of("apples").unwrap();
        assert!(secret.is("apples") && !secret.is("Apples") && !secret.is(""));
        assert!(!Secret::NOBODY.is("") && !Secret::NOBODY.is("apples"));
    }
}
