//! The beginning of a grant: a new row.

use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::ports::{Create, EventKind, StoreError};
use crate::sign_in::SignedIn;
use crate::tokens::{OpaqueToken, Seed};
use crate::types::{
    Binding, Caller, Client, Generation, GrantType, Reach, Ticket, TicketState, Timestamp, Version,
    Whose, limits,
};

/// What a new grant begins as.
pub(super) enum Beginning {
    /// With a code that is bound to something.
    Code(Binding),
    /// With tokens at once.
    Tokens,
}

/// Makes a new grant, which counts for nothing until it is kept.
pub(super) fn begin(
    ctx: &Context,
    caller: &Caller,
    user: SignedIn,
    reach: Reach,
    beginning: Beginning,
) -> Result<(OpaqueToken, Ticket), Error> {
    let policy = &ctx.tenant.policy;
    let (generation, binding, refreshable) = match beginning {
        Beginning::Code(binding) => (Generation::CODE, Some(binding), false),
        Beginning::Tokens => (Generation::FIRST, None, may_refresh(ctx, caller)),
    };
    let token = OpaqueToken::new(Seed::new(ctx.ports.entropy.bytes()?), generation);
    let ends_at = ctx.now.plus(policy.grant_lifetime);
    let lives = match generation {
        Generation::CODE => policy.code_lifetime,
        _ if refreshable => policy.refresh_idle_lifetime.max(access(ctx)),
        _ => access(ctx),
    };
    // RFC 9449 §5: the refresh token of a client that proves nothing else.
    let bound = generation != Generation::CODE && !caller.authenticated;
    let sender_key = caller.key().filter(|_| bound).map(Box::new);
    let ticket = Ticket {
        id: token.ticket_id(ctx.tenant_id()),
        version: Version::default(),
        generation,
        state: TicketState::Live,
        client: caller.client.id.clone(),
        subject: user.subject,
        scope: reach.scope,
        audience: reach.audience,
        binding,
        refreshable,
        authenticated_at: user.at,
        changed_at: ctx.now,
        rotated_at: Timestamp::EPOCH,
        expires_at: ctx.now.plus(lives).min(ends_at),
        ends_at,
        authorized: None,
        sender_key,
    };
    Ok((token, ticket))
}

/// Keeps a new grant. Its tokens are made before, so that a key that cannot be reached leaves no
/// row behind that nobody has tokens of.
pub(super) async fn keep(
    ctx: &Context,
    client: &Client,
    ticket: &Ticket,
    grant: GrantType,
) -> Result<(), Error> {
    let recorder = ctx.recorder();
    let tell = move |ticket: &Ticket| recorder.record(EventKind::Issued(grant), Some(ticket));
    match ctx.ports.ledger.issue(ctx.tenant_id(), ticket, tell).await? {
        Create::Created => {}
        // Two of 2¹²⁸ seeds met: the random generator does not generate.
        Create::Conflict => return Err(Error::Internal),
    }
    stop_if_old(ctx, client, ticket).await
}

/// Ends a grant that has just been kept, if tenant or client were not any more what they were taken for.
pub(super) async fn stop_if_old(
    ctx: &Context,
    client: &Client,
    ticket: &Ticket,
) -> Result<(), Error> {
    // F-40: what another node stopped before this request began it may still have seen as it was.
    if ctx.ports.rests_on_old_rows(&ctx.tenant, client).await? {
        let own = Whose::One(ticket.id);
        let ended = ctx.ports.ledger.end(ctx.tenant_id(), own, ctx.now).await?;
        ctx.recorder().record(EventKind::Ended(ended), Some(ticket));
        return Err(StoreError::new("the tenant or the client has changed meanwhile").into());
    }
    Ok(())
}

/// Whether the grant of this caller hands out a refresh token.
pub(super) fn may_refresh(ctx: &Context, caller: &Caller) -> bool {
    policy::offers(&ctx.tenant.policy, GrantType::RefreshToken)
        && caller.client.grants.contains(&GrantType::RefreshToken)
}

/// How long a row outlives the access token that is minted now, whichever API that is for.
pub(super) fn access(ctx: &Context) -> std::time::Duration {
    ctx.tenant.policy.longest_access_token_lifetime() + limits::LEEWAY
}
