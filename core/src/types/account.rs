//! Users as the built-in directory keeps them.

use std::fmt;

use super::{ClaimSet, Subject, Timestamp, Version};

/// A row of the built-in directory.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Who it is, for good: a new user of the same name gets another.
    pub subject: Subject,
    /// Raised by every write of the row.
    pub version: Version,
    /// The canonical user name, unique within the tenant.
    pub username: Box<str>,
    /// The hash of the password: argon2id's as a PHC string, or one from elsewhere (see
    /// [`crate::NewUser::hashed`]).
    pub password: Box<str>,
    /// A disabled user is answered like one whose password is wrong.
    pub disabled: bool,
    /// A grant authenticated before this moment is dead.
    pub not_before: Timestamp,
    /// What clients may learn of the user (OpenID Connect Core §5.1), as far as their scope allows.
    pub claims: Option<Box<ClaimSet>>,
}

/// Whether a user may receive tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Yes, for grants authenticated at `not_before` or later.
    Active {
        /// The moment before which nothing counts.
        not_before: Timestamp,
    },
    /// Not now.
    Disabled,
    /// There is no such user.
    Gone,
}

impl Standing {
    /// In good standing since ever.
    pub const ACTIVE: Self = Self::Active { not_before: Timestamp::EPOCH };

    /// Whether a grant authenticated at this moment still counts.
    pub fn allows(self, authenticated_at: Timestamp) -> bool {
        matches!(self, Self::Active { not_before } if authenticated_at >= not_before)
    }
}

impl Account {
    /// An enabled user.
    pub fn new(subject: Subject, username: Box<str>, password: Box<str>) -> Self {
        let (version, not_before) = (Version::default(), Timestamp::EPOCH);
        Self { subject, version, username, password, disabled: false, not_before, claims: None }
    }

    /// The user's standing.
    pub fn standing(&self) -> Standing {
        match self.disabled {
            true => Standing::Disabled,
            false => Standing::Active { not_before: self.not_before },
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("subject", &self.subject)
            .field("username", &self.username)
            .field("version", &self.version)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}
