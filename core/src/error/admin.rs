//! Why something could not be administered.

use crate::ports::{EntropyError, SealError, SignInError, StoreError};
use crate::types::{
    InvalidClaims, InvalidClient, InvalidKeys, InvalidPolicy, InvalidScope, InvalidUri,
    InvalidUsername, InvalidWord, TenantId,
};

/// Why a tenant, client or user was not created, changed or read. Nothing changed then, and the text says
/// what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// There is no such tenant.
    #[error("there is no tenant of this name: create it first")]
    UnknownTenant,
    /// There is no such client.
    #[error("there is no client of this id in the tenant: create it first")]
    UnknownClient,
    /// There is no such user.
    #[error("there is no such user in the tenant: create them first")]
    UnknownUser,
    /// The id was a deleted tenant's.
    #[error(
        "this id was a tenant's that was deleted, and is never given out again: choose another"
    )]
    SpentTenantId,
    /// Somebody else changes the same row all the time.
    #[error("somebody else changed this each time between its read and its write: try again")]
    Contended,
    /// Every number that a ticket key can have is in use.
    #[error("255 ticket keys are in use: wait until the oldest is gone, or replace them at once")]
    NoKeyNumber,
    /// The keys come from the host, so there are none to replace here.
    #[error("keys come from the host's own keyring: replace them there")]
    ForeignKeys,
    /// The tenant's keys do not open.
    #[error("the keys of the tenant {tenant} cannot be opened: {why}")]
    Sealed {
        /// Which tenant.
        tenant: TenantId,
        /// Why not.
        why: SealError,
    },
    /// Keys were to be given up that are there.
    #[error("the tenant's keys are not lost: replace them by rotate_keys")]
    KeysNotLost,
    /// A pass over all tenants could not do some of them.
    #[error("the tenant {tenant} could not be done, and perhaps others ({done} were): {why}")]
    Unfinished {
        /// The last one that could not.
        tenant: TenantId,
        /// How many tenants were done.
        done: usize,
        /// Why not.
        why: Box<Self>,
    },
    /// The name is taken.
    #[error("there is already {0} of this name")]
    Exists(&'static str),
    /// A name is not well-formed.
    #[error(transparent)]
    Word(#[from] InvalidWord),
    /// A policy contradicts itself.
    #[error(transparent)]
    Policy(#[from] InvalidPolicy),
    /// A scope is not well-formed.
    #[error(transparent)]
    Scope(#[from] InvalidScope),
    /// A redirect URI or an origin is not well-formed.
    #[error(transparent)]
    Uri(#[from] InvalidUri),
    /// What is to be said of a user cannot be said.
    #[error(transparent)]
    Claims(#[from] InvalidClaims),
    /// A client contradicts itself or its tenant's policy.
    #[error(transparent)]
    Client(#[from] InvalidClient),
    /// The keys of a client cannot be relied on.
    #[error(transparent)]
    Keys(#[from] InvalidKeys),
    /// A client and a user of one tenant would share the name that tokens call them by.
    #[error("a client id and a subject of one tenant must differ, since tokens show both as sub")]
    SubjectClash,
    /// A user name is not well-formed.
    #[error(transparent)]
    Username(#[from] InvalidUsername),
    /// A user name that the PRECIS profile refuses, so that nobody could sign in by it.
    #[error("this user name has no canonical form by RFC 8265: use letters, digits and . _ @ -")]
    UsernameForm,
    /// A password is empty or too long.
    #[error("a password is 1 to 1024 bytes")]
    Password,
    /// A password hash is none that this server obeys.
    #[error("{0}")]
    PasswordHash(&'static str),
    /// Users come from the host, so there are none to administer here.
    #[error("users come from the host's own directory: create them there")]
    ForeignUsers,
    /// The directory or the hashing pool could not answer now.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no chance to be had.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// An entry of a provisioning file could not be applied.
    #[cfg(feature = "provision")]
    #[error("{at}: {why}")]
    Provision {
        /// Which tenant, client or user.
        at: String,
        /// Why.
        why: Box<Self>,
    },
}
