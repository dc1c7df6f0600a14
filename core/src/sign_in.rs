//! The one way in for every password, whatever surface it came to.

use crate::context::Context;
use crate::error::Error;
use crate::ports::SignIn;
use crate::types::{Password, Subject, Timestamp, Username};

/// A user who proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub subject: Subject,
    /// When.
    pub at: Timestamp,
}

/// Signs a user in.
///
/// # Errors
/// [`Error::Credentials`] for an unknown user, a wrong password and a disabled user alike;
/// [`Error::Busy`] at capacity.
pub async fn sign_in(
    ctx: &Context,
    username: &Username,
    password: &Password,
) -> Result<SignedIn, Error> {
    match ctx.ports.users.authenticate(ctx.tenant_id(), username, password).await? {
        SignIn::Accepted(subject) => Ok(SignedIn { subject, at: ctx.now }),
        SignIn::Refused => Err(Error::Credentials),
    }
}
