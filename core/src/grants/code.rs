//! Authorization codes (RFC 6749 §4.1).

use super::begin::{Beginning, begin, keep};
use super::finish::finish;
use super::show::{recognise, show};
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::ports::EventKind;
use crate::sign_in::sign_in;
use crate::types::{
    Binding, Caller, Code, CodeAnswer, CodeRequest, GrantType, Ticket, TokenAnswer,
};

/// Signs a user in and issues a code that is bound to the redirect URI.
///
/// # Errors
/// [`Error::Credentials`] unless it is the user's password.
pub async fn issue(
    ctx: &Context,
    caller: &Caller,
    request: &CodeRequest,
) -> Result<CodeAnswer, Error> {
    let grant = GrantType::AuthorizationCode;
    policy::may_use(&caller.client, grant)?;
    let scope = policy::granted_scope(&ctx.tenant.policy, &caller.client, grant, None)?;
    let user = sign_in(ctx, &request.username, &request.password).await?;
    let binding = Binding::to(&request.redirect_uri);
    let (token, ticket) = begin(ctx, caller, user, scope, Beginning::Code(binding))?;
    let key = ctx.ports.keyring.ticket_key(ctx.tenant_id(), None, ctx.now).await?;
    let key = key.ok_or(Error::Internal)?;
    keep(ctx, &caller.client, &ticket, grant).await?;
    Ok(CodeAnswer { code: Code::new(token.print(&key, caller.surface.code())) })
}

/// Redeems a code (RFC 6749 §4.1.3).
pub(super) async fn redeem(
    ctx: &Context,
    caller: &Caller,
    code: &Code,
    binding: Binding,
) -> Result<TokenAnswer, Error> {
    let known = recognise(ctx, caller.surface.code(), code.expose()).await?;
    let (rules, client) = (&ctx.tenant.policy, &caller.client);
    let scope =
        |ticket: &Ticket| Ok(policy::live_scope(rules, &ticket.audience, &ticket.scope, client));
    let (answered, scope) = show(ctx, caller, &known, Some(binding), scope).await?;
    let answer = finish(ctx, caller, &known.token, &answered, scope).await?;
    let issued = EventKind::Issued(GrantType::AuthorizationCode);
    ctx.recorder().record(issued, Some(&answered.ticket));
    Ok(answer)
}
