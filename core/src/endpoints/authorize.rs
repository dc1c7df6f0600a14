//! `…/authorize` for browsers (RFC 6749 §3.1, OpenID Connect Core §3.1.2).
//!
//! The order of the checks, first match decides: tenant, client, redirect URI (a page is the answer);
//! then, for the client to hear: whether it had to push its request, parameters that stand twice or are
//! malformed, parameters of what is not supported, and the table in `policy/authorize.rs`.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};

use super::interaction::{Going, go_on};
use super::{demand_size, refused};
use crate::context::Context;
use crate::error::{Error, Part, PromptFault};
use crate::interactions::{self, Parking, Progress};
use crate::policy;
use crate::sessions;
use crate::tokens::{Hint, read_hint};
use crate::types::{
    AuthorizationRequest, Client, ClientBrowser, ClientId, GrantType, IdToken, Prompt,
    PushedRequests, ReplyTo, TicketId, limits,
};
use crate::wire::{self, Form};

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    if request.method() == Method::POST {
        return to_get(ctx, request);
    }
    if ctx.tenant.disabled {
        return Err(Error::TenantDisabled);
    }
    if !policy::offers(&ctx.tenant.policy, GrantType::AuthorizationCode) {
        return Err(Error::NoBrowserSignIn);
    }
    // AZ-35: nobody has clicked yet. Whoever does comes again, without this header.
    if wire::browser_facts(request.headers()).speculative {
        return Err(Error::Fenced);
    }
    let query = request.uri().query().unwrap_or_default();
    let mut form = Form::with_resources(query.as_bytes(), "query");
    let headers = request.headers();
    if policy::takes_pushed(&ctx.tenant.policy)
        && let Some((id, reference)) = wire::read_reference(&mut form)?
    {
        return pushed(ctx, headers, &id, &reference).await;
    }
    let (client, named, reply) = identify(ctx, &mut form).await?;
    let answer = ask(ctx, headers, &client, named, reply.clone(), form).await;
    heard(ctx, &reply, answer)
}

/// A client hears what is for it.
fn heard(
    ctx: &Context,
    reply: &ReplyTo,
    answer: Result<Response<Bytes>, Error>,
) -> Result<Response<Bytes>, Error> {
    match answer {
        Err(error) if error.is_for_client() => {
            refused(ctx, &error);
            wire::error_reply(reply, &error, &ctx.issuer, &*ctx.ports.pages)
        }
        answer => answer,
    }
}

/// OpenID Connect Core §3.1.2.1: a request may be posted. From another site a browser brings no cookies
/// along then, so it is sent here once more.
fn to_get(ctx: &Context, request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    wire::demand_form(request.headers())?;
    if request.body().len() > limits::QUERY {
        return Err(Error::TooLarge(Part::Body));
    }
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let query = wire::authorization_query(query, request.body())?;
    wire::see_other(&format!("{}/authorize?{query}", ctx.issuer))
}

/// The client pushed its request, and the browser brings the reference (RFC 9126 §4). Until it is known to be
/// the client's own, there is nowhere to send anybody.
async fn pushed(
    ctx: &Context,
    headers: &HeaderMap,
    id: &ClientId,
    reference: &str,
) -> Result<Response<Bytes>, Error> {
    let known = |client: Option<&Client>| match client {
        Some(client) if !client.disabled && client.browser.is_some() => Ok(()),
        _ => Err(Error::ClientOrRedirect),
    };
    let (found, verdict) = ctx.ports.judge_client(ctx.tenant_id(), id, known).await?;
    verdict?;
    ctx.asked_by(&found.ok_or(Error::ClientOrRedirect)?);
    let pushed = interactions::open(ctx, id, reference).await?;
    let reply = pushed.request.reply.clone();
    let answer = follow(ctx, headers, pushed.request, Some(pushed.id)).await;
    heard(ctx, &reply, answer)
}

/// Who asks, and where the answer goes.
async fn identify(ctx: &Context, form: &mut Form) -> Result<(Arc<Client>, bool, ReplyTo), Error> {
    let (id, asked) = wire::read_identity(form)?;
    let place = |client: Option<&Client>| {
        let client = client.filter(|client| !client.disabled && !id.is_reserved())?;
        policy::redirect_uri_of(client, client.browser.as_deref()?, asked.clone())
    };
    let judge = |client: Option<&Client>| place(client).map(drop).ok_or(Error::ClientOrRedirect);
    let (found, verdict) = ctx.ports.judge_client(ctx.tenant_id(), &id, judge).await?;
    verdict?;
    let uri = place(found.as_deref()).ok_or(Error::ClientOrRedirect)?;
    let client = found.ok_or(Error::ClientOrRedirect)?;
    let named = asked.is_some();
    ctx.asked_by(&client);
    Ok((client, named, wire::read_reply(form, uri)))
}

fn browser(client: &Client) -> Result<&ClientBrowser, Error> {
    client.browser.as_deref().ok_or(Error::ClientOrRedirect)
}

async fn ask(
    ctx: &Context,
    headers: &HeaderMap,
    client: &Client,
    named: bool,
    reply: ReplyTo,
    form: Form,
) -> Result<Response<Bytes>, Error> {
    let policy = &ctx.tenant.policy;
    // RFC 9126 §5, §6
    if policy.browser.pushed_requests == PushedRequests::Required
        || browser(client)?.require_pushed_requests
    {
        return Err(Error::PushedOnly);
    }
    let asked = wire::read_authorization(form)?;
    let hint = asked.id_token_hint.clone();
    let mut request = policy::judge_request(policy, client, browser(client)?, named, reply, asked)?;
    hinted(ctx, client, hint.as_ref().map(IdToken::expose), &mut request).await?;
    follow(ctx, headers, request, None).await
}

/// What comes next, for whoever is signed in.
async fn follow(
    ctx: &Context,
    headers: &HeaderMap,
    request: AuthorizationRequest,
    pushed: Option<TicketId>,
) -> Result<Response<Bytes>, Error> {
    let found = sessions::find(ctx, headers).await?;
    if let Some(found) = &found {
        sessions::touch(ctx, &found.session).await?;
    }
    let session = found.as_ref().map(|found| &found.session);
    let progress = session.map(Progress::of).unwrap_or_default();
    let new = Box::new(Parking { request, pushed, device: None, progress });
    go_on(ctx, headers, Going::Begun(new), session).await
}

/// Whom the client expects. A hint that is none of ours counts for nothing, but where nobody may be asked
/// it is as if nobody were signed in (AZ-33).
pub(super) async fn hinted(
    ctx: &Context,
    client: &Client,
    hint: Option<&str>,
    request: &mut AuthorizationRequest,
) -> Result<(), Error> {
    if let Some(text) = hint {
        let ours = |hint: &Hint| hint.client == client.id;
        match read_hint(ctx, text).await?.filter(ours) {
            Some(hint) => request.hinted = Some(hint.subject),
            None if request.prompt.contains(&Prompt::None) => return Err(PromptFault::Login.into()),
            None => {}
        }
    }
    let named = request.claims.as_ref().and_then(|claims| claims.sub.clone());
    request.hinted = named.or(request.hinted.take());
    Ok(())
}
