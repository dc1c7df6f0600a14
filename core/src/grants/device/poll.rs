//! A device asks whether its user has decided (RFC 8628 §3.4).

use super::{ask, codes};
use crate::context::Context;
use crate::error::{DeviceFault, Error, GrantFault};
use crate::grants::finish::finish;
use crate::grants::show::{Known, own, refuse_early, show};
use crate::grants::spend_proof;
use crate::policy;
use crate::ports::EventKind;
use crate::tokens::OpaqueToken;
use crate::types::{
    Audiences, Binding, Caller, DeviceCode, EndReason, Generation, GrantType, Ticket, TicketState,
    TokenAnswer, TokenKind, Wanted,
};

/// Tokens, once the user allowed it: of several polls at once one gets them, by the table that holds for every
/// code (DV-02).
pub(in crate::grants) async fn poll(
    ctx: &Context,
    caller: &Caller,
    code: &DeviceCode,
    resource: Option<&Audiences>,
) -> Result<TokenAnswer, Error> {
    let known = own(ctx, TokenKind::DeviceCode, code.expose()).await?;
    let (tenant, client) = (ctx.tenant_id(), &caller.client.id);
    let (rules, devices) = (&ctx.tenant.policy, &ctx.ports.devices);
    if !devices.may_ask(tenant, client, known.id, rules.browser.device_poll_interval, ctx.now) {
        return Err(DeviceFault::SlowDown.into());
    }
    spend_proof(ctx, caller).await?;
    let verdict = judge(ctx, caller, code, &known).await;
    if let Err(Error::Grant(_)) = &verdict {
        devices.forget(tenant, client, known.id);
    }
    verdict?;
    let binding = Some(Binding::of_a_device());
    let wanted = Wanted { scope: None, resource: resource.cloned() };
    let reach = |ticket: &Ticket| policy::reach(rules, &caller.client, ticket, &wanted);
    if resource.is_some() {
        refuse_early(ctx, caller, &known, binding, reach).await?;
    }
    let (answered, reach) = show(ctx, caller, &known, binding, reach).await?;
    let answer = finish(ctx, caller, &known.token, &answered, reach).await?;
    let issued = EventKind::Issued(GrantType::DeviceCode);
    ctx.recorder().record(issued, Some(&answered.ticket));
    Ok(answer)
}

/// Whether the user has allowed it. What is another client's is nobody's (DV-04).
async fn judge(
    ctx: &Context,
    caller: &Caller,
    code: &DeviceCode,
    known: &Known,
) -> Result<(), Error> {
    let client = &caller.client.id;
    let Some(ticket) = ctx.ports.ledger.read(ctx.tenant_id(), known.id).await? else {
        return Err(undecided(ctx, caller, code, &known.token).await?);
    };
    if ticket.client != *client {
        return Err(GrantFault::Refused.into());
    }
    match ticket.state {
        TicketState::Ended(EndReason::Denied) => Err(Error::AccessDenied),
        // Allowed, and the device did not come in time.
        TicketState::Live if ticket.generation == Generation::CODE && !ticket.is_live(ctx.now) => {
            Err(DeviceFault::Expired.into())
        }
        _ => Ok(()),
    }
}

/// Why there is nothing yet. A code of ours whose request is nowhere had one.
async fn undecided(
    ctx: &Context,
    caller: &Caller,
    code: &DeviceCode,
    token: &OpaqueToken,
) -> Result<Error, Error> {
    let number = OpaqueToken::key_id(TokenKind::DeviceCode, code.expose());
    let key = ask::key(ctx, number).await?.ok_or(Error::Internal)?;
    let user_code = codes::user_code(&key, token.ticket_id(ctx.tenant_id()))?;
    Ok(match ask::under(ctx, &key, &user_code).await? {
        Some(asked) if asked.client != caller.client.id => GrantFault::Refused.into(),
        Some(_) => DeviceFault::Pending.into(),
        None => DeviceFault::Expired.into(),
    })
}
