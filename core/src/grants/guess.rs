//! Who guesses at a verifier (TK-13).

use crate::context::Context;
use crate::error::Error;
use crate::ports::{Change, EventKind};
use crate::tokens::OpaqueToken;
use crate::types::{Binding, Caller, EndReason, Generation, TicketId, limits};

/// A code was refused. If all that was wrong is what it is bound to, somebody has it who does not know
/// the verifier: the fifth such try ends it. Counted outside the row, so that nobody writes there who
/// proved nothing.
pub(super) async fn count(
    ctx: &Context,
    caller: &Caller,
    id: TicketId,
    token: &OpaqueToken,
    shown: Option<Binding>,
) -> Result<(), Error> {
    if token.generation != Generation::CODE {
        return Ok(());
    }
    let (ledger, tenant) = (&ctx.ports.ledger, ctx.tenant_id());
    let Some(ticket) = ledger.read(tenant, id).await? else { return Ok(()) };
    let unused = ticket.generation == Generation::CODE && ticket.is_live(ctx.now);
    let own = ticket.client == caller.client.id && ticket.authorized.is_some();
    if !unused || !own || ticket.binding == shown {
        return Ok(());
    }
    if ctx.ports.guesses.count(tenant, id) >= limits::WRONG_VERIFIERS {
        let end = ticket.ended(EndReason::Guessed);
        let ended = ledger.change(tenant, id, ticket.version, end, ctx.now).await?;
        // Somebody who knew the verifier may have come in between.
        if ended == Change::Written {
            ctx.recorder().record(EventKind::Reused, Some(&ticket));
        }
    }
    Ok(())
}
