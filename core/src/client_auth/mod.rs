//! Client authentication (RFC 6749 §2.3): one file for each method.

mod assertion;
mod none;
mod secret;
mod sender;

pub use sender::{demand_sender, prove_sender};

use crate::context::Context;
use crate::error::{ClientFault, Error};
use crate::types::{
    Caller, Client, ClientAuthMethod, ClientCredentials, ClientId, ClientKind, PresentedSecret,
    Surface,
};

/// Makes a client out of what it says of itself.
///
/// # Errors
/// [`Error::Client`] if it does not prove itself; a store that does not answer is never reported
/// as that.
pub async fn authenticate(ctx: &Context, credentials: &ClientCredentials) -> Result<Caller, Error> {
    match credentials {
        ClientCredentials::Named { id, secret } => {
            let prove = |client: &Client| prove(ctx, client, secret.as_ref());
            find(ctx, id, secret.is_some(), prove).await
        }
        ClientCredentials::Assertion { id, assertion } => {
            assertion::authenticate(ctx, id.as_ref(), assertion).await
        }
    }
}

/// The client of this name, if it proves itself.
async fn find(
    ctx: &Context,
    id: &ClientId,
    authenticated: bool,
    prove: impl Fn(&Client) -> Result<(), ClientFault>,
) -> Result<Caller, Error> {
    if id.is_reserved() {
        return Err(ClientFault::Unknown.into());
    }
    let judge = |client: Option<&Client>| {
        let client = client.ok_or(ClientFault::Unknown)?;
        prove(client)?;
        if client.disabled { Err(ClientFault::Disabled) } else { Ok(()) }
    };
    let (found, verdict) = ctx.ports.judge_client(ctx.tenant_id(), id, judge).await?;
    found.iter().for_each(|client| ctx.asked_by(client));
    verdict?;
    let client = found.ok_or(ClientFault::Unknown)?;
    Ok(Caller { client, authenticated, surface: Surface::Standard, sender: None })
}

fn prove(
    ctx: &Context,
    client: &Client,
    secret: Option<&PresentedSecret>,
) -> Result<(), ClientFault> {
    match secret {
        None => none::check(client),
        Some(presented) => {
            demand(ctx, client, presented.method)?;
            secret::check(client, presented)
        }
    }
}

/// CA-03: by a method that the client is registered for and the tenant allows, and by no other.
fn demand(ctx: &Context, client: &Client, method: ClientAuthMethod) -> Result<(), ClientFault> {
    let allowed = ctx.tenant.policy.client_auth_methods.contains(&method);
    match &client.kind {
        ClientKind::Confidential { methods, .. } if allowed && methods.contains(&method) => Ok(()),
        _ => Err(ClientFault::Method),
    }
}
