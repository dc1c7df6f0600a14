//! The direct API: a tenant's own applications, which collect the password themselves.
//!
//! Order of the checks, first match decides: method, tenant, policy, browser fence, size, media
//! type, all parameters, throttle, capacity, credential or grant.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};

use super::demand_size;
use crate::context::Context;
use crate::error::{Error, ViolationKind};
use crate::grants;
use crate::policy;
use crate::types::{Caller, Client, DirectApi, GrantType, Surface};
use crate::wire::{self, Form};

/// Signs a user in and answers a code.
pub(super) async fn authorize(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let grant = GrantType::AuthorizationCode;
    let form = open(ctx, request, || match policy::offers(&ctx.tenant.policy, grant) {
        true => Ok(()),
        false => Err(Error::GrantNotAllowed(grant)),
    })?;
    let asked = wire::read_code_request(form, &ctx.tenant.policy)?;
    let answer = grants::issue_code(ctx, &caller(ctx), &asked).await?;
    wire::code_answer(&answer)
}

/// Exchanges a code, a password or a refresh token for tokens.
pub(super) async fn token(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    // Which grant is asked for is known once the parameters are read.
    let form = open(ctx, request, || Ok(()))?;
    let asked = wire::read_direct_token_request(form, &ctx.tenant.policy)?;
    let answer = grants::exchange(ctx, &caller(ctx), &asked).await?;
    wire::token_answer_direct(&answer)
}

/// Everything that is checked before a parameter is read.
fn open(
    ctx: &Context,
    request: &Request<Bytes>,
    demand_grant: impl FnOnce() -> Result<(), Error>,
) -> Result<Form, Error> {
    demand_policy(ctx, request)?;
    demand_grant()?;
    let listed = &ctx.tenant.policy.allowed_origins;
    if !policy::may_pass(wire::browser_facts(request.headers()), listed) {
        return Err(Error::Fenced);
    }
    demand_size(request)?;
    let query = request.uri().query().unwrap_or_default();
    if request.method() == Method::GET {
        return Ok(Form::parse(query.as_bytes(), "query"));
    }
    wire::demand_form(request.headers())?;
    let mut form = Form::parse(request.body(), "body");
    if !query.is_empty() {
        form.note("query", ViolationKind::MustBeEmpty);
    }
    Ok(form)
}

fn demand_policy(ctx: &Context, request: &Request<Bytes>) -> Result<(), Error> {
    if ctx.tenant.disabled {
        return Err(Error::TenantDisabled);
    }
    let needed = if request.method() == Method::GET { DirectApi::Get } else { DirectApi::Post };
    if ctx.tenant.policy.direct_api < needed { Err(Error::DirectApiOff) } else { Ok(()) }
}

/// Nobody says who they are here: the tenant's own applications are one public client.
fn caller(ctx: &Context) -> Caller {
    let client = Arc::new(Client::direct(&ctx.tenant.policy));
    ctx.asked_by(&client);
    Caller { client, authenticated: false, surface: Surface::Direct, sender: None }
}
