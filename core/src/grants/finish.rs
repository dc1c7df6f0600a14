//! The answer of a grant: an access token, and the refresh token that is derived from the row.

use std::sync::Arc;

use crate::context::Context;
use crate::error::Error;
use crate::ports::{Signer, TicketKey};
use crate::tokens::{AccessTokenTerms, OpaqueToken, mint};
use crate::types::{Caller, RefreshToken, Scope, Ticket, Timestamp, TokenAnswer};

/// What an answer is made with. Asked for before anything is used up: a key that cannot be reached
/// should cost nobody a code.
pub(super) struct Keys {
    signer: Arc<dyn Signer>,
    ticket: Arc<TicketKey>,
}

impl Keys {
    pub(super) async fn of(ctx: &Context) -> Result<Self, Error> {
        let (keyring, tenant) = (&ctx.ports.keyring, ctx.tenant_id());
        let signer = keyring.active(tenant, ctx.tenant.policy.signing_alg, ctx.now).await?;
        let ticket = keyring.ticket_key(tenant, None, ctx.now).await?;
        Ok(Self { signer, ticket: ticket.ok_or(Error::Internal)? })
    }
}

/// Mints what the ticket has come to. The ticket was presented before, so a signature that cannot be
/// had costs the client a retry and nothing else.
pub(super) async fn finish(
    ctx: &Context,
    caller: &Caller,
    keys: &Keys,
    token: &OpaqueToken,
    ticket: &Ticket,
    scope: Scope,
) -> Result<TokenAnswer, Error> {
    let terms = AccessTokenTerms {
        subject: ticket.subject.as_str(),
        client: &ticket.client,
        audience: &ticket.audience,
        scope: &scope,
        grant: Some(ticket.id),
        begins_at: Timestamp::EPOCH,
        ends_at: ticket.ends_at,
    };
    let (access_token, expires_in) = mint(ctx, &*keys.signer, terms).await?;
    let newest = token.at(ticket.generation);
    let print = || RefreshToken::new(newest.print(&keys.ticket, caller.surface.refresh()));
    let refresh_token = ticket.refreshable.then(print);
    Ok(TokenAnswer { access_token, expires_in, refresh_token, scope })
}
