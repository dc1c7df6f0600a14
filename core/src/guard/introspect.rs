//! An access token that is shown to its own issuer.

use std::sync::Arc;

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

/// Looks at a token of this tenant, whomever it is meant for; whether it stands is always asked. Nothing for
/// one that does not count, or of which nobody may hear: `may` is asked of what it says before any row is.
///
/// # Errors
/// When a store does not answer.
pub async fn introspect(
    ctx: &Context,
    token: &str,
    may: impl FnOnce(&Claims) -> bool,
) -> Result<Option<Introspected>, StoreError> {
    let Some(token) = Untrusted::parse(token) else { return Ok(None) };
    let (ports, now) = (&ctx.ports, ctx.now);
    let keys = ports.keyring.public(ctx.tenant_id(), now).await?;
    let claims = verify(&token, &keys, &ctx.issuer, None, now).filter(may);
    let Some(claims) = claims else { return Ok(None) };
    let Some(origin) = stands(ports, &ctx.tenant, &claims, now).await? else { return Ok(None) };
    if let Some(client) = &origin.client {
        ctx.asked_by(client);
    }
    Ok(Some(Introspected { claims, client: origin.client, ticket: origin.ticket }))
}
