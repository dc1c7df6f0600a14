//! The answer of a grant: an access token, and the refresh token that is derived from the row.

use crate::context::Context;
use crate::error::Error;
use crate::tokens::{AccessTokenTerms, OpaqueToken, mint};
use crate::types::{Caller, RefreshToken, Scope, Ticket, TokenAnswer};

/// Mints what the ticket has come to. The ticket was presented before, so a key that cannot be
/// reached costs the client a retry and nothing else.
pub(super) async fn finish(
    ctx: &Context,
    caller: &Caller,
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
        ends_at: ticket.ends_at,
    };
    let (access_token, expires_in) = mint(ctx, terms).await?;
    let refresh_token = match ticket.refreshable {
        true => Some(refresh_token(ctx, caller, &token.at(ticket.generation)).await?),
        false => None,
    };
    Ok(TokenAnswer { access_token, expires_in, refresh_token, scope })
}

async fn refresh_token(
    ctx: &Context,
    caller: &Caller,
    token: &OpaqueToken,
) -> Result<RefreshToken, Error> {
    let key = ctx.ports.keyring.ticket_key(ctx.tenant_id(), None, ctx.now).await?;
    let key = key.ok_or(Error::Internal)?;
    Ok(RefreshToken::new(token.print(&key, caller.surface.refresh())))
}
