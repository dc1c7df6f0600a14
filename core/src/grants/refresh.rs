//! Refresh tokens (RFC 6749 §6).

use super::finish::finish;
use super::show::{Known, recognise, show};
use crate::context::Context;
use crate::error::Error;
use crate::policy::{live_scope, narrowed_scope};
use crate::ports::EventKind;
use crate::types::{Caller, GrantType, RefreshToken, Scope, Ticket, TokenAnswer};

pub(super) async fn refresh(
    ctx: &Context,
    caller: &Caller,
    token: &RefreshToken,
    asked: Option<&Scope>,
) -> Result<TokenAnswer, Error> {
    let known = recognise(ctx, caller.surface.refresh(), token.expose()).await?;
    if asked.is_some() {
        refuse_early(ctx, caller, &known, asked).await?;
    }
    let scope = |ticket: &Ticket| narrowed_scope(live(ctx, caller, ticket), asked);
    let (answered, scope) = show(ctx, caller, &known, None, scope).await?;
    let answer = finish(ctx, caller, &known.token, &answered, scope).await?;
    ctx.recorder().record(EventKind::Issued(GrantType::RefreshToken), Some(&answered.ticket));
    Ok(answer)
}

/// A scope that the grant does not have must not cost the client its token: a rotation whose
/// answer is an error would make the next honest try of a public client a replay. The scope of a
/// grant never changes, so it can be looked at before the token is presented; every other token
/// than the newest, and every other client, is left to the table.
async fn refuse_early(
    ctx: &Context,
    caller: &Caller,
    Known { token, id }: &Known,
    asked: Option<&Scope>,
) -> Result<(), Error> {
    let Some(ticket) = ctx.ports.ledger.read(ctx.tenant_id(), *id).await? else { return Ok(()) };
    let newest = ticket.generation == token.generation && ticket.is_live(ctx.now);
    if newest && ticket.client == caller.client.id {
        narrowed_scope(live(ctx, caller, &ticket), asked)?;
    }
    Ok(())
}

/// What is left of the grant's scope.
fn live(ctx: &Context, caller: &Caller, ticket: &Ticket) -> Scope {
    live_scope(&ctx.tenant.policy, &ticket.audience, &ticket.scope, &caller.client)
}
