//! `POST …/par`: a client pushes its request for authorization before it sends the browser (RFC 9126).

use bytes::Bytes;
use http::{Request, Response};

use super::{authorize::hinted, demand_size};
use crate::client_auth;
use crate::context::Context;
use crate::error::{Error, ViolationKind::MustBe};
use crate::interactions;
use crate::policy;
use crate::types::{Client, ClientKind, GrantType, IdToken, PushedRequests, ReplyTo};
use crate::wire::{self, Form};

const OWN: &str = "one of the client's own, and named if it has several";

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    wire::demand_form(request.headers())?;
    let policy = &ctx.tenant.policy;
    let offers = policy::offers(policy, GrantType::AuthorizationCode);
    if !offers || policy.browser.pushed_requests == PushedRequests::Off {
        return Err(Error::NoBrowserSignIn);
    }
    if ctx.tenant.disabled {
        return Err(Error::TenantDisabled);
    }
    let form = Form::parse(request.body(), "body");
    let (pushed, credentials) = wire::read_pushed(request.headers(), form)?;
    let client = client_auth::authenticate(ctx, &credentials).await?.client;
    count(ctx, &client)?;
    let browser = client.browser.as_deref().ok_or(Error::ClientOrRedirect)?;
    let named = pushed.redirect_uri.is_some();
    // RFC 9126 §2.1: as at the authorization endpoint, but that the client hears it itself.
    let uri = policy::redirect_uri_of(&client, browser, pushed.redirect_uri)
        .ok_or_else(|| Error::parameter("redirect_uri", MustBe(OWN)))?;
    let reply = ReplyTo { redirect_uri: uri, mode: pushed.mode, state: pushed.state };
    let hint = pushed.asked.id_token_hint.clone();
    let mut request = policy::judge_request(policy, &client, browser, named, reply, pushed.asked)?;
    hinted(ctx, &client, hint.as_ref().map(IdToken::expose), &mut request).await?;
    let (reference, lifetime) = interactions::push(ctx, request).await?;
    wire::pushed_answer(&reference, lifetime)
}

/// PR-07: no client fills the store. Who proves nothing is counted by where it is as well, or a stranger could
/// use up what others have by its name.
fn count(ctx: &Context, client: &Client) -> Result<(), Error> {
    let source = ctx.source.filter(|_| client.kind == ClientKind::Public);
    let lifetime = ctx.tenant.policy.browser.pushed_request_lifetime;
    let room = ctx.ports.pushes.count(ctx.tenant_id(), &client.id, source, ctx.now, lifetime);
    room.map_err(|retry_after| Error::TooManyPushed { retry_after })
}
