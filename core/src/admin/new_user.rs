//! What a user of the built-in directory is created with.

use crate::types::Password;

/// A user to be created in the built-in directory.
#[derive(Clone, Debug)]
#[must_use]
pub struct NewUser {
    pub(super) username: String,
    pub(super) password: Password,
    pub(super) disabled: bool,
}

impl NewUser {
    /// A user who signs in by this name and password.
    pub fn new(username: impl Into<String>, password: Password) -> Self {
        Self { username: username.into(), password, disabled: false }
    }

    /// Whether the user is created as disabled.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}
