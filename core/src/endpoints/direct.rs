//! The direct API: a tenant's own applications, which collect the password themselves.
//!
//! Order of the checks, first match decides: method, tenant, policy, browser fence, size, media
//! type, all parameters, capacity, credential or grant.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response};

use super::demand_size;
use crate::context::Context;
use crate::error::{Error, ViolationKind};
use crate::grants;
use crate::policy;
use crate::types::{Caller, Client, DirectApi, GrantType, Surface};
use crate::wire::{self, Dialect, Form};

/// `GET …/authorize`. Where the policy has no such form, this is a path for browsers, so the
/// answer is their error page.
pub(super) async fn authorize_by_get(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    match demand_policy(ctx, request) {
        Err(off) => Ok(Dialect::Page.refuse(&off, Some(&ctx.issuer))),
        Ok(()) => authorize(ctx, request).await,
    }
}

/// Signs a user in and answers a code.
pub(super) async fn authorize(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let form = open(ctx, request)?;
    if !policy::offers(&ctx.tenant.policy, GrantType::AuthorizationCode) {
        return Err(Error::GrantNotAllowed(GrantType::AuthorizationCode));
    }
    let asked = wire::read_code_request(form, &ctx.tenant.policy)?;
    let answer = grants::issue_code(ctx, &caller(ctx), &asked).await?;
    wire::code_answer(&answer)
}

/// Exchanges a code, a password or a refresh token for tokens.
pub(super) async fn token(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let form = open(ctx, request)?;
    let asked = wire::read_direct_token_request(form, &ctx.tenant.policy)?;
    let answer = grants::exchange(ctx, &caller(ctx), &asked).await?;
    wire::token_answer_direct(&answer)
}

/// Everything that is checked before a parameter is read.
fn open(ctx: &Context, request: &Request<Bytes>) -> Result<Form, Error> {
    demand_policy(ctx, request)?;
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
    let needed = if request.method() == Method::GET { DirectApi::Get } else { DirectApi::Post };
    if ctx.tenant.policy.direct_api < needed { Err(Error::DirectApiOff) } else { Ok(()) }
}

/// Nobody says who they are here: the tenant's own applications are one public client.
fn caller(ctx: &Context) -> Caller {
    let client = Arc::new(Client::direct(&ctx.tenant.policy));
    Caller { client, authenticated: false, surface: Surface::Direct }
}
