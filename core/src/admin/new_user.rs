//! What a user of the built-in directory is created with.

use std::fmt;

use crate::types::Password;

/// A user to be created in the built-in directory.
#[derive(Clone, Debug)]
#[must_use]
pub struct NewUser {
    pub(super) username: String,
    pub(super) proof: Proof,
    pub(super) disabled: bool,
}

/// By what the user is known again.
#[derive(Clone)]
pub(super) enum Proof {
    Password(Password),
    Hash(Box<str>),
}

impl NewUser {
    /// A user who signs in by this name and password.
    pub fn new(username: impl Into<String>, password: Password) -> Self {
        Self { username: username.into(), proof: Proof::Password(password), disabled: false }
    }

    /// A user who comes from elsewhere with the hash of their password: argon2id as a PHC string,
    /// which costs no more than four passes over 19 MiB.
    pub fn hashed(username: impl Into<String>, phc: &str) -> Self {
        Self { username: username.into(), proof: Proof::Hash(phc.into()), disabled: false }
    }

    /// Whether the user is created as disabled.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password(…)",
            Self::Hash(_) => "Hash(…)",
        })
    }
}
