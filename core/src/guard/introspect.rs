//! An access token that is shown to its own issuer.

use std::sync::Arc;

use super::Denial;
use super::stands::stands;
use crate::context::Context;
use crate::ports::StoreError;
use crate::tokens::{Claims, Untrusted, verify};
use crate::types::{Client, Ticket};

/// A token that counts, and what it came from.
#[derive(Clone, Debug)]
pub struct Introspected {
    /// What it says.
    pub claims: Claims,
    /// Whose it is; nobody's for a token of the direct API.
    pub client: Option<Arc<Client>>,
    /// Its grant; none for a client on its own behalf.
    pub ticket: Option<Ticket>,
}

/// Looks at a token of this tenant, whomever it is meant for; whether it stands is always asked.
///
/// # Errors
/// [`Denial::Invalid`] for one that does not count; [`Denial::Unavailable`] when a store does not answer.
pub async fn introspect(ctx: &Context, token: &str) -> Result<Introspected, Denial> {
    let token = Untrusted::parse(token).ok_or(Denial::Invalid)?;
    let (ports, now) = (&ctx.ports, ctx.now);
    let keys = ports.keyring.public(ctx.tenant_id(), now).await.map_err(unavailable)?;
    let claims = verify(&token, &keys, &ctx.issuer, None, now).ok_or(Denial::Invalid)?;
    let origin = stands(ports, &ctx.tenant, &claims, now).await.map_err(unavailable)?;
    let origin = origin.ok_or(Denial::Invalid)?;
    if let Some(client) = &origin.client {
        ctx.asked_by(client);
    }
    Ok(Introspected { claims, client: origin.client, ticket: origin.ticket })
}

fn unavailable(_: StoreError) -> Denial {
    Denial::Unavailable
}
