//! Why something could not be administered.

use crate::ports::{EntropyError, SignInError, StoreError};
use crate::types::{GrantType, InvalidPolicy, InvalidScope, InvalidUsername, InvalidWord};

/// Why a tenant, client or user was not created or read. Nothing changed then, and the text says
/// what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdminError {
    /// There is no such tenant.
    #[error("there is no tenant of this name: create it first")]
    UnknownTenant,
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
    /// A client's default scope is more than it may have.
    #[error("a client's default scope must be part of its scope")]
    DefaultScope,
    /// The id means something else.
    #[error("the client id \"direct\" is reserved for the tokens of the direct API")]
    ReservedClientId,
    /// A client and a user of one tenant would share the name that tokens call them by.
    #[error("a client id and a subject of one tenant must differ, since tokens show both as sub")]
    SubjectClash,
    /// A public client cannot act on its own behalf (RFC 6749 §4.4).
    #[error("a public client cannot use {}: make it confidential", .0.as_str())]
    NotForPublic(GrantType),
    /// A user name is not well-formed.
    #[error(transparent)]
    Username(#[from] InvalidUsername),
    /// A user name that the PRECIS profile refuses, so that nobody could sign in by it.
    #[error("this user name has no canonical form by RFC 8265: use letters, digits and . _ @ -")]
    UsernameForm,
    /// A password is empty or too long.
    #[error("a password is 1 to 1024 bytes")]
    Password,
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
}
