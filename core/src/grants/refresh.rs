//! Refresh tokens (RFC 6749 §6).

use super::finish::finish;
use super::show::{recognise, refuse_early, show};
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::ports::EventKind;
use crate::types::{Caller, GrantType, RefreshToken, Ticket, TokenAnswer, Wanted};

pub(super) async fn refresh(
    ctx: &Context,
    caller: &Caller,
    token: &RefreshToken,
    wanted: &Wanted,
) -> Result<TokenAnswer, Error> {
    let known = recognise(ctx, caller, caller.surface.refresh(), token.expose()).await?;
    let (rules, client) = (&ctx.tenant.policy, &caller.client);
    let reach = |ticket: &Ticket| policy::reach(rules, client, ticket, wanted);
    if *wanted != Wanted::default() {
        refuse_early(ctx, caller, &known, None, reach).await?;
    }
    let (answered, reach) = show(ctx, caller, &known, None, reach).await?;
    let answer = finish(ctx, caller, &known.token, &answered, reach).await?;
    ctx.recorder().record(EventKind::Issued(GrantType::RefreshToken), Some(&answered.ticket));
    Ok(answer)
}
