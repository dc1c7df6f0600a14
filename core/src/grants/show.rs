//! Showing a code or refresh token: exactly one winner, decided by the store.

use super::begin::{access, may_refresh};
use super::finish::{Answered, Keys};
use super::foresee::foresee;
use super::{demand_standing, guess};
use crate::context::{Context, Recorder};
use crate::error::{Error, GrantFault};
use crate::policy;
use crate::ports::EventKind;
use crate::tokens::{self, OpaqueToken};
use crate::types::{Binding, Caller, Presentation, Presented, Rotation, Scope, Ticket, TokenKind};

/// Recognises a code or refresh token of ours. Garbage is refused before the store is asked.
pub(super) async fn recognise(
    ctx: &Context,
    kind: TokenKind,
    text: &str,
) -> Result<OpaqueToken, Error> {
    Ok(tokens::recognise(ctx, kind, text).await?.ok_or(GrantFault::Forged)?)
}

/// Presents the token. The grant goes on by what comes back, with what its answer is made of, which was
/// asked for before; `scope` is what is left of the grant's.
pub(super) async fn show(
    ctx: &Context,
    caller: &Caller,
    token: &OpaqueToken,
    binding: Option<Binding>,
    scope: impl Fn(&Ticket) -> Result<Scope, Error>,
) -> Result<(Answered, Scope), Error> {
    let rules = &ctx.tenant.policy;
    let keys = Keys::of(ctx, caller).await?;
    let shown = presentation(ctx, caller, token, binding);
    let id = token.ticket_id(ctx.tenant_id());
    let said = foresee(ctx, caller, id, &shown, &scope).await?;
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
    policy::demand_audience(rules, &caller.client, &ticket.audience)?;
    demand_standing(ctx, &ticket).await?;
    let scope = scope(&ticket)?;
    Ok((Answered { ticket, keys, said }, scope))
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
