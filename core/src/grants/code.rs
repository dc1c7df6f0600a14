//! Authorization codes (RFC 6749 §4.1).

use super::begin::{Beginning, begin, keep};
use super::finish::finish;
use super::show::{recognise, refuse_early, show};
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::ports::EventKind;
use crate::sign_in::sign_in;
use crate::types::{
    Audiences, Binding, Caller, Code, CodeAnswer, CodeRequest, GrantType, Ticket, TokenAnswer,
    Wanted,
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
    let reach = policy::granted(&ctx.tenant.policy, &caller.client, grant, &Wanted::default())?;
    let user = sign_in(ctx, &request.username, &request.password).await?;
    let binding = Binding::to(&request.redirect_uri);
    let (token, ticket) = begin(ctx, caller, user, reach, Beginning::Code(binding))?;
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
    resource: Option<&Audiences>,
) -> Result<TokenAnswer, Error> {
    let known = recognise(ctx, caller, caller.surface.code(), code.expose()).await?;
    let (rules, client) = (&ctx.tenant.policy, &caller.client);
    let wanted = Wanted { scope: None, resource: resource.cloned() };
    let reach = |ticket: &Ticket| policy::reach(rules, client, ticket, &wanted);
    if resource.is_some() {
        refuse_early(ctx, caller, &known, Some(binding), reach).await?;
    }
    let (answered, reach) = show(ctx, caller, &known, Some(binding), reach).await?;
    let answer = finish(ctx, caller, &known.token, &answered, reach).await?;
    let issued = EventKind::Issued(GrantType::AuthorizationCode);
    ctx.recorder().record(issued, Some(&answered.ticket));
    Ok(answer)
}
