//! Showing a code or refresh token: exactly one winner, decided by the store.

use super::begin::{access, may_refresh};
use super::finish::{Answered, Keys};
use super::foresee::foresee;
use super::{demand_standing, guess, spend_proof};
use crate::context::{Context, Recorder};
use crate::error::{Error, GrantFault};
use crate::policy;
use crate::ports::EventKind;
use crate::tokens::{self, OpaqueToken};
use crate::types::{
    Binding, Caller, Presentation, Presented, Reach, Rotation, Ticket, TicketId, TokenKind,
};

/// A token of ours, and the row that it belongs to.
pub(super) struct Known {
    pub(super) token: OpaqueToken,
    pub(super) id: TicketId,
}

/// Recognises a token of ours, before a store is asked.
pub(super) async fn own(ctx: &Context, kind: TokenKind, text: &str) -> Result<Known, Error> {
    let token = tokens::recognise(ctx, kind, text).await?.ok_or(GrantFault::Forged)?;
    let id = token.ticket_id(ctx.tenant_id());
    Ok(Known { token, id })
}

/// Recognises a code or refresh token of ours, and uses up the proof that came along.
pub(super) async fn recognise(
    ctx: &Context,
    caller: &Caller,
    kind: TokenKind,
    text: &str,
) -> Result<Known, Error> {
    let known = own(ctx, kind, text).await?;
    spend_proof(ctx, caller).await?;
    Ok(known)
}

/// Presents the token. The grant goes on by what comes back, with what its answer is made of, which was
/// asked for before; `reach` is what the access token is good for.
pub(super) async fn show(
    ctx: &Context,
    caller: &Caller,
    Known { token, id }: &Known,
    binding: Option<Binding>,
    reach: impl Fn(&Ticket) -> Result<Reach, Error>,
) -> Result<(Answered, Reach), Error> {
    let keys = Keys::of(ctx, caller).await?;
    let shown = presentation(ctx, caller, token, binding);
    let id = *id;
    let said = foresee(ctx, caller, id, &shown, &reach).await?;
    let recorder = ctx.recorder();
    let tell = move |presented: &Presented| tell(&recorder, presented);
    let ledger = &ctx.ports.ledger;
    let ticket = match ledger.present(ctx.tenant_id(), id, shown, ctx.now, tell).await? {
        Presented::Redeemed(ticket)
        | Presented::Held(ticket)
        | Presented::Rotated(ticket)
        | Presented::Retried(ticket) => ticket,
        Presented::Reused(_) => return Err(GrantFault::Reused.into()),
        Presented::RolledBack(_) => return Err(GrantFault::RolledBack.into()),
        Presented::Refused => {
            guess::count(ctx, caller, id, token, binding).await?;
            return Err(GrantFault::Refused.into());
        }
    };
    policy::live_audience(&ctx.tenant.policy, &caller.client, &ticket.audience)?;
    if said.is_none() {
        demand_standing(ctx, &ticket).await?;
    }
    let reach = reach(&ticket)?;
    Ok((Answered { ticket, keys, said }, reach))
}

/// A scope or resource that the grant does not have must not cost the client its token: a code would be used
/// up, and a rotation whose answer is an error would make the next honest try of a public client a replay.
/// What a grant is for never changes, so it can be looked at before the token is presented; every other token
/// than the newest, every other client, and who does not know what the code is bound to, is left to the table.
pub(super) async fn refuse_early(
    ctx: &Context,
    caller: &Caller,
    Known { token, id }: &Known,
    binding: Option<Binding>,
    reach: impl Fn(&Ticket) -> Result<Reach, Error>,
) -> Result<(), Error> {
    let Some(ticket) = ctx.ports.ledger.read(ctx.tenant_id(), *id).await? else { return Ok(()) };
    let newest = ticket.generation == token.generation && ticket.is_live(ctx.now);
    let bound = binding.is_none() || binding == ticket.binding;
    let own_key =
        ticket.sender_key.is_none() || ticket.sender_key.as_deref().copied() == caller.key();
    if !newest || !bound || !own_key || ticket.client != caller.client.id {
        return Ok(());
    }
    match reach(&ticket) {
        Err(error @ (Error::Scope | Error::Target)) => Err(error),
        _ => Ok(()),
    }
}

/// What a client shows, with the rules that apply to it.
pub(super) fn presentation(
    ctx: &Context,
    caller: &Caller,
    token: &OpaqueToken,
    binding: Option<Binding>,
) -> Presentation {
    let rules = &ctx.tenant.policy;
    Presentation {
        generation: token.generation,
        client: caller.client.id.clone(),
        binding,
        authenticated: caller.authenticated,
        sender: caller.key(),
        rotates: match rules.rotation {
            Rotation::Always => true,
            Rotation::Public => !caller.authenticated,
            Rotation::Never => false,
        },
        refreshable: may_refresh(ctx, caller),
        window: rules.retry_window,
        access: access(ctx),
        idle: rules.refresh_idle_lifetime,
        not_before: ctx.tenant.not_before.max(caller.client.not_before),
    }
}

fn tell(recorder: &Recorder, presented: &Presented) {
    let (kind, ticket) = match presented {
        Presented::Redeemed(ticket) => (EventKind::Redeemed, ticket),
        Presented::Held(ticket) => (EventKind::Held, ticket),
        Presented::Rotated(ticket) => (EventKind::Rotated, ticket),
        Presented::Retried(ticket) => (EventKind::Retried, ticket),
        Presented::Reused(ticket) => (EventKind::Reused, ticket),
        Presented::RolledBack(ticket) => (EventKind::RolledBack, ticket),
        // Told when the request is refused.
        Presented::Refused => return,
    };
    recorder.record(kind, Some(ticket));
}
