//! What a user of the built-in directory is created with.

use std::fmt;

use serde_json::Value;

use crate::types::{ClaimSet, InvalidClaims, Password};

/// A user to be created in the built-in directory.
#[derive(Clone, Debug)]
#[must_use]
pub struct NewUser {
    pub(super) username: String,
    pub(super) proof: Proof,
    pub(super) disabled: bool,
    /// Or the first of them that cannot be said.
    pub(super) claims: Result<ClaimSet, InvalidClaims>,
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
        Self::known_by(username.into(), Proof::Password(password))
    }

    /// A user who comes from elsewhere with the hash of their password, and signs in by it:
    ///
    /// | by | form | costs at most |
    /// | --- | --- | --- |
    /// | argon2id | `$argon2id$v=19$m=…,t=…,p=1$…$…` | as much as our own, two passes over 19 MiB |
    /// | bcrypt | `$2a$`, `$2b$` or `$2y$`, 60 characters | 12 |
    /// | scrypt | `$scrypt$ln=…,r=…,p=…$…$…` | `ln=14,r=8,p=8`, and 19 MiB |
    /// | PBKDF2 | `$pbkdf2-sha256$i=…$…$…`, with or without `,l=…`, or as passlib writes it | 1,200,000 rounds |
    /// | PBKDF2 | `$pbkdf2-sha512$i=…$…$…` likewise | 480,000 rounds |
    ///
    /// At the first sign-in it is replaced by one of our own. bcrypt reads 72 bytes of a password: who has
    /// a longer one goes on to sign in by its beginning, and keeps that hash until they choose another
    /// password. A password with a NUL is nobody's by bcrypt.
    pub fn hashed(username: impl Into<String>, phc: &str) -> Self {
        Self::known_by(username.into(), Proof::Hash(phc.into()))
    }

    /// Whether the user is created as disabled.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }

    /// Says one thing of the user, such as their `name` (OpenID Connect Core §5.1). Clients learn it as
    /// far as their scope allows.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Ok(claims) = &mut self.claims
            && let Err(error) = claims.insert(name, value)
        {
            self.claims = Err(error);
        }
        self
    }

    /// Says all this of the user, and nothing that was said before.
    pub fn claims(mut self, claims: ClaimSet) -> Self {
        self.claims = Ok(claims);
        self
    }

    fn known_by(username: String, proof: Proof) -> Self {
        Self { username, proof, disabled: false, claims: Ok(ClaimSet::new()) }
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
