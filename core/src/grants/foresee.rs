//! What the host says of a user and in the tokens of an answer, asked for before anything is used up.

use super::demand_standing;
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::tokens::{About, Said, said};
use crate::types::{
    Authorized, Caller, Presentation, Presented, Reach, Scope, Ticket, TicketId, judge,
};

/// Asks the host, if what is shown would be good for tokens now: a host that fails costs nobody a code, or a
/// public client its refresh token. Nothing where it would not: whoever gets nothing does not make the host
/// work, and hears the same whether or not it answers. Nothing either where the host lends neither users nor
/// claims: the built-in directory is a store beside that of tickets, and reading twice would cost each grant a
/// round trip.
///
/// That the user may receive tokens is known where something comes back.
///
/// # Errors
/// When the host, its users or a store do not answer. Nothing has changed then.
pub(super) async fn foresee(
    ctx: &Context,
    caller: &Caller,
    id: TicketId,
    shown: &Presentation,
    reach: impl FnOnce(&Ticket) -> Result<Reach, Error>,
) -> Result<Option<Said>, Error> {
    if ctx.ports.custom_claims.is_none() && !ctx.ports.users_are_lent {
        return Ok(None);
    }
    let Some((ticket, reach)) = would(ctx, id, shown, reach).await? else {
        return Ok(None);
    };
    Ok(Some(ask(ctx, caller, &ticket, &reach.scope).await?))
}

/// The grant of what is shown, and what its answer would be good for; nothing where it would be
/// refused.
///
/// # Errors
/// When the users or a store do not answer.
pub(super) async fn would(
    ctx: &Context,
    id: TicketId,
    shown: &Presentation,
    reach: impl FnOnce(&Ticket) -> Result<Reach, Error>,
) -> Result<Option<(Ticket, Reach)>, Error> {
    let Some(ticket) = ctx.ports.ledger.read(ctx.tenant_id(), id).await? else { return Ok(None) };
    let Some((outcome, _)) = judge(&ticket, shown, ctx.now) else { return Ok(None) };
    let (Presented::Redeemed(ticket)
    | Presented::Held(ticket)
    | Presented::Rotated(ticket)
    | Presented::Retried(ticket)) = outcome(ticket)
    else {
        return Ok(None);
    };
    match demand(ctx, &ticket, reach).await {
        Ok(reach) => Ok(Some((ticket, reach))),
        Err(error @ Error::Store(_)) => Err(error),
        Err(_) => Ok(None),
    }
}

/// What else the grant is refused for, later and in its own words.
async fn demand(
    ctx: &Context,
    ticket: &Ticket,
    reach: impl FnOnce(&Ticket) -> Result<Reach, Error>,
) -> Result<Reach, Error> {
    demand_standing(ctx, ticket).await?;
    reach(ticket)
}

/// Asks the host and the directory what they say of a grant.
///
/// # Errors
/// When they do not answer.
pub(super) async fn ask(
    ctx: &Context,
    caller: &Caller,
    ticket: &Ticket,
    scope: &Scope,
) -> Result<Said, Error> {
    let about = About { client: &caller.client, subject: Some(&ticket.subject), scope };
    said(ctx, about, id_token_of(ctx, caller, ticket, scope)).await
}

/// What the ID token in the answer is made of, if there is one.
pub(super) fn id_token_of<'a>(
    ctx: &Context,
    caller: &Caller,
    ticket: &'a Ticket,
    scope: &Scope,
) -> Option<&'a Authorized> {
    policy::id_token_alg(&ctx.tenant.policy, &caller.client)?;
    ticket.authorized.as_deref().filter(|_| scope.contains("openid"))
}
