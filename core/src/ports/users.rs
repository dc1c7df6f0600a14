//! Who signs in: the built-in directory, or the host's own user table.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;

use super::StoreError;
use crate::types::{ClaimSet, Password, Standing, Subject, TenantId, Username};

/// Knows users and their passwords.
///
/// An implementation must spend the same work on an unknown user, a wrong password and a disabled
/// user, and hash on a bounded pool of its own, never on an async worker.
///
/// ```
/// use grantry::{async_trait, ports::{SignIn, SignInError, StoreError, Users}};
/// use grantry::types::{Password, Standing, Subject, TenantId, Username};
///
/// /// Asks a directory elsewhere, here one with a single user.
/// #[derive(Debug)]
/// struct Elsewhere { alice: Subject }
///
/// #[async_trait]
/// impl Users for Elsewhere {
///     async fn authenticate(
///         &self, _: &TenantId, name: &Username, password: &Password,
///     ) -> Result<SignIn, SignInError> {
///         let known = name.canonical() == Some("alice");
///         let right = known & (*password == Password::from("wonderland"));
///         Ok(if right { SignIn::Accepted(self.alice.clone()) } else { SignIn::Refused })
///     }
///     async fn standing(&self, _: &TenantId, subject: &Subject) -> Result<Standing, StoreError> {
///         Ok(if *subject == self.alice { Standing::ACTIVE } else { Standing::Gone })
///     }
/// }
/// ```
#[async_trait]
pub trait Users: Debug + Send + Sync + 'static {
    /// Whether this is the user's password.
    ///
    /// # Errors
    /// When the directory cannot tell now. A refusal is no error.
    async fn authenticate(
        &self,
        tenant: &TenantId,
        username: &Username,
        password: &Password,
    ) -> Result<SignIn, SignInError>;

    /// Whether the user may receive tokens; asked at every grant, not only at sign-in.
    ///
    /// # Errors
    /// When the directory cannot tell now.
    async fn standing(&self, tenant: &TenantId, subject: &Subject) -> Result<Standing, StoreError>;

    /// What is known of a user (OpenID Connect Core §5.1): nothing, unless the directory says more.
    /// Clients learn as much of it as their scope allows.
    ///
    /// # Errors
    /// When the directory cannot tell now.
    async fn claims(&self, tenant: &TenantId, subject: &Subject) -> Result<ClaimSet, StoreError> {
        let _ = (tenant, subject);
        Ok(ClaimSet::new())
    }
}

/// The verdict of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// It is this user.
    Accepted(Subject),
    /// Unknown, disabled, or the wrong password: nobody learns which.
    Refused,
}

/// Why a directory could not tell.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Too many passwords are waiting to be hashed.
    #[error("password hashing is at capacity")]
    Busy {
        /// When to come back.
        retry_after: Duration,
    },
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
