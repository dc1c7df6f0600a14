//! Client authentication (RFC 6749 §2.3): one file for each method.

mod none;
mod secret;

use crate::context::Context;
use crate::error::{ClientFault, Error};
use crate::types::{Caller, Client, ClientCredentials, Surface};

/// Makes a client out of what it says of itself.
///
/// # Errors
/// [`Error::Client`] if it does not prove itself; a store that does not answer is never reported
/// as that.
pub async fn authenticate(ctx: &Context, credentials: &ClientCredentials) -> Result<Caller, Error> {
    if credentials.id.is_reserved() {
        return Err(ClientFault::Unknown.into());
    }
    let judge = |client: Option<&Client>| prove(client.ok_or(ClientFault::Unknown)?, credentials);
    let (found, verdict) = ctx.ports.judge_client(ctx.tenant_id(), &credentials.id, judge).await?;
    found.iter().for_each(|client| ctx.asked_by(client));
    verdict?;
    let client = found.ok_or(ClientFault::Unknown)?;
    let authenticated = credentials.secret.is_some();
    Ok(Caller { client, authenticated, surface: Surface::Standard })
}

fn prove(client: &Client, credentials: &ClientCredentials) -> Result<(), ClientFault> {
    match &credentials.secret {
        None => none::check(client)?,
        Some(presented) => secret::check(client, presented)?,
    }
    if client.disabled { Err(ClientFault::Disabled) } else { Ok(()) }
}
