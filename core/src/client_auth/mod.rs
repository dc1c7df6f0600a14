//! Client authentication (RFC 6749 §2.3): one file for each method.

mod none;
mod secret;

use crate::context::Context;
use crate::error::{ClientFault, Error};
use crate::types::{Caller, ClientCredentials, Surface};

/// Makes a client out of what it says of itself.
///
/// # Errors
/// [`Error::Client`] if it does not prove itself; a store that does not answer is never reported
/// as that.
pub async fn authenticate(ctx: &Context, credentials: &ClientCredentials) -> Result<Caller, Error> {
    if credentials.id.is_reserved() {
        return Err(ClientFault::Unknown.into());
    }
    let found = ctx.ports.clients.read(ctx.tenant_id(), &credentials.id).await?;
    let client = found.ok_or(ClientFault::Unknown)?;
    ctx.asked_by(&client);
    match &credentials.secret {
        None => none::check(&client)?,
        Some(presented) => secret::check(&client, presented)?,
    }
    if client.disabled {
        return Err(ClientFault::Disabled.into());
    }
    let authenticated = credentials.secret.is_some();
    Ok(Caller { client, authenticated, surface: Surface::Standard })
}
