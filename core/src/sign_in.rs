//! The one way in for every password, whatever surface it came to.

use crate::context::Context;
use crate::error::Error;
use crate::ports::SignIn;
use crate::types::{ClientId, Password, Subject, Timestamp, Username};

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
    let (users, tenant) = (&ctx.ports.users, ctx.tenant_id());
    let SignIn::Accepted(subject) = users.authenticate(tenant, username, password).await? else {
        return Err(Error::Credentials);
    };
    // LG-07: asked at every grant. Whoever may receive no tokens does not learn that the password
    // was right.
    if !users.standing(tenant, &subject).await?.allows(ctx.now) || is_client(ctx, &subject).await? {
        return Err(Error::Credentials);
    }
    Ok(SignedIn { subject, at: ctx.now })
}

/// TK-24: a host may lend users of any name, but not of a client's: both would be one `sub`.
async fn is_client(ctx: &Context, subject: &Subject) -> Result<bool, Error> {
    let Ok(twin) = subject.as_str().parse::<ClientId>() else { return Ok(false) };
    Ok(ctx.ports.clients.read(ctx.tenant_id(), &twin).await?.is_some())
}
