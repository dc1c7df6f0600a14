//! A client gives up what it was given (RFC 7009).
//!
//! A grant ends as a whole, whichever of its tokens is shown, an old one too: RFC 7009 §2.1 demands that of
//! refresh tokens and leaves it open for access tokens, and a client that gives up one of them is done.

use crate::context::Context;
use crate::error::Error;
use crate::ports::EventKind;
use crate::tokens::{Claims, Untrusted, recognise, verify};
use crate::types::{Caller, TicketId, Whose};

/// Gives up a token. What is unknown, dead or somebody else's counts as given up (RFC 7009 §2.2), and nothing
/// changes (IR-07). What begins is carried through, and told.
///
/// # Errors
/// When a store or the keyring does not answer; whether the token still counts is unknown then (IR-09).
pub async fn revoke(ctx: &Context, caller: &Caller, text: &str) -> Result<(), Error> {
    // IR-11: what the client takes it for does not matter.
    if let Some(token) = recognise(ctx, caller.surface.refresh(), text).await? {
        return end(ctx, caller, token.ticket_id(ctx.tenant_id())).await;
    }
    let Some(token) = Untrusted::parse(text) else { return Ok(()) };
    let keys = ctx.ports.keyring.public(ctx.tenant_id(), ctx.now).await?;
    let claims = verify(&token, &keys, &ctx.issuer, None, ctx.now);
    match claims.filter(|claims| claims.client == caller.client.id) {
        Some(Claims { grant: Some(id), .. }) => end(ctx, caller, id).await,
        Some(claims) => remember(ctx, claims).await,
        None => Ok(()),
    }
}

async fn end(ctx: &Context, caller: &Caller, id: TicketId) -> Result<(), Error> {
    let ticket = ctx.ports.ledger.read(ctx.tenant_id(), id).await?;
    let own = ticket.filter(|ticket| ticket.client == caller.client.id && ticket.is_live(ctx.now));
    let Some(ticket) = own else { return Ok(()) };
    let ctx = ctx.clone();
    let tasks = ctx.ports.tasks.clone();
    let work = async move {
        let ended = ctx.ports.ledger.end(ctx.tenant_id(), Whose::One(id), ctx.now).await?;
        if ended > 0 {
            ctx.recorder().record(EventKind::Revoked, Some(&ticket));
        }
        Ok(())
    };
    tasks.complete(work).await?
}

/// A token of a client on its own behalf has no row that could end: it is remembered until it expires.
async fn remember(ctx: &Context, claims: Claims) -> Result<(), Error> {
    let ctx = ctx.clone();
    let tasks = ctx.ports.tasks.clone();
    let work = async move {
        let (seen, until) = (&ctx.ports.seen, claims.expires_at);
        if seen.remember(ctx.tenant_id(), claims.revoked_as(), until, ctx.now).await? {
            ctx.recorder().record(EventKind::Revoked, None);
        }
        Ok(())
    };
    tasks.complete(work).await?
}
