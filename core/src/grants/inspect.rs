//! What a refresh token would be good for now.

use super::foresee::would;
use super::show::presentation;
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::tokens::{known_as, recognise};
use crate::types::{Caller, GrantType, Scope, Subject, Ticket, Timestamp, Wanted};

/// A refresh token that would be answered.
#[derive(Clone, Debug)]
pub struct Inspected {
    /// By which name the client knows the user.
    pub known_as: Subject,
    /// What is left of the grant's scope.
    pub scope: Scope,
    /// It counts until here, exclusively, unless it is used.
    pub expires_at: Timestamp,
}

/// Looks at a refresh token of the client that asks: whether it would be answered with tokens, were it
/// presented now. Nothing for one that would not, or is somebody else's. Nothing changes.
///
/// # Errors
/// When a store or the keyring does not answer.
pub async fn inspect(
    ctx: &Context,
    caller: &Caller,
    text: &str,
) -> Result<Option<Inspected>, Error> {
    let (rules, client) = (&ctx.tenant.policy, &*caller.client);
    let Some(token) = recognise(ctx, caller.surface.refresh(), text).await? else {
        return Ok(None);
    };
    let grant = GrantType::RefreshToken;
    let offered = policy::offers(rules, grant) && policy::may_use(client, grant).is_ok();
    if ctx.tenant.disabled || !offered {
        return Ok(None);
    }
    let (id, shown) = (token.ticket_id(ctx.tenant_id()), presentation(ctx, caller, &token, None));
    let reach = |ticket: &Ticket| policy::reach(rules, client, ticket, &Wanted::default());
    let Some((ticket, reach)) = would(ctx, id, &shown, reach).await? else {
        return Ok(None);
    };
    let known_as = known_as(ctx, client, &ticket.subject).await?;
    Ok(Some(Inspected { known_as, scope: reach.scope, expires_at: ticket.expires_at }))
}
