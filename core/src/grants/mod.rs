//! The grants: one file for each.

mod authorize;
mod begin;
mod client_credentials;
mod code;
mod device;
mod extension;
mod finish;
mod foresee;
mod guess;
mod inspect;
mod password;
mod refresh;
mod revoke;
mod show;

use crate::context::Context;
use crate::error::{Error, GrantFault};
use crate::policy;
use crate::tokens::spend;
use crate::types::{Binding, Caller, Ticket, TokenAnswer, TokenRequest};

pub use authorize::{Authorization, authorize};
pub use code::issue as issue_code;
pub use device::{Deciding, allow_device, ask_device, deny_device, find_device, shown_code};
pub use inspect::inspect;
pub use revoke::revoke;

/// Exchanges a grant for tokens.
///
/// # Errors
/// By RFC 6749 §5.2. What fails before a ticket is presented has changed nothing.
pub async fn exchange(
    ctx: &Context,
    caller: &Caller,
    request: &TokenRequest,
) -> Result<TokenAnswer, Error> {
    if ctx.tenant.disabled {
        return Err(Error::TenantDisabled);
    }
    if !policy::offers(&ctx.tenant.policy, request.grant_type()) {
        return Err(Error::UnsupportedGrantType);
    }
    policy::may_use(&caller.client, request.grant_type())?;
    match request {
        TokenRequest::AuthorizationCode { code, redirect_uri, verifier, resource } => {
            let challenge = verifier.map(|verifier| verifier.challenge());
            let binding = Binding::of(redirect_uri.as_ref(), challenge.as_ref());
            code::redeem(ctx, caller, code, binding, resource.as_ref()).await
        }
        TokenRequest::Password { username, password, wanted } => {
            password::sign_in(ctx, caller, username, password, wanted).await
        }
        TokenRequest::RefreshToken { token, wanted } => {
            refresh::refresh(ctx, caller, token, wanted).await
        }
        TokenRequest::DeviceCode { code, resource } => {
            device::poll(ctx, caller, code, resource.as_ref()).await
        }
        TokenRequest::Extension { name, parameters, wanted } => {
            extension::exchange(ctx, caller, name, parameters, wanted).await
        }
        TokenRequest::ClientCredentials { wanted } => {
            client_credentials::issue(ctx, caller, wanted).await
        }
    }
}

/// Uses up the proof of who asks: what else they showed is theirs (RFC 9449 §11.1).
async fn spend_proof(ctx: &Context, caller: &Caller) -> Result<(), Error> {
    match &caller.sender {
        Some(sender) => spend(&ctx.ports.seen, ctx.tenant_id(), sender, ctx.now).await,
        None => Ok(()),
    }
}

/// LG-07: asked at every grant, not only at sign-in.
async fn demand_standing(ctx: &Context, ticket: &Ticket) -> Result<(), Error> {
    let standing = ctx.ports.users.standing(ctx.tenant_id(), &ticket.subject).await?;
    match standing.allows(ticket.authenticated_at) {
        true => Ok(()),
        false => Err(GrantFault::Standing.into()),
    }
}
