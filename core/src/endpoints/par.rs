//! `POST …/par`: a client pushes its request for authorization before it sends the browser (RFC 9126).

use bytes::Bytes;
use http::{Request, Response};

use super::{authorize::hinted, demand_form, next_nonce};
use crate::client_auth;
use crate::context::Context;
use crate::error::{Error, ProofFault, ViolationKind::MustBe};
use crate::interactions;
use crate::policy;
use crate::tokens::spend;
use crate::types::{AuthorizationRequest, Client, IdToken, ReplyTo, Sender};
use crate::wire::{self, Form};

const OWN: &str = "one of the client's own, and named if it has several";

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let policy = &ctx.tenant.policy;
    if !policy::takes_pushed(policy) {
        return Err(Error::NotOffered);
    }
    demand_form(ctx, request)?;
    let form = Form::with_resources(request.body(), "body");
    let (pushed, credentials) = wire::read_pushed(request.headers(), form)?;
    let client = client_auth::authenticate(ctx, &credentials).await?.client;
    let sender = client_auth::prove_sender(ctx, &client, request, "/par").await?;
    count(ctx, &client)?;
    let browser = client.browser.as_deref().ok_or(Error::ClientOrRedirect)?;
    let named = pushed.redirect_uri.is_some();
    // RFC 9126 §2.1: as at the authorization endpoint, but that the client hears it itself.
    let uri = policy::redirect_uri_of(&client, browser, pushed.redirect_uri)
        .ok_or_else(|| Error::parameter("redirect_uri", MustBe(OWN)))?;
    let reply = ReplyTo { redirect_uri: uri, mode: pushed.mode, state: pushed.state };
    let hint = pushed.asked.id_token_hint.clone();
    let mut asked = policy::judge_request(policy, &client, browser, named, reply, pushed.asked)?;
    if let Some(sender) = &sender {
        bind(ctx, &mut asked, sender).await?;
    }
    hinted(ctx, &client, hint.as_ref().map(IdToken::expose), &mut asked).await?;
    let nonce = next_nonce(ctx, sender.is_some()).await?;
    let (reference, lifetime) = interactions::push(ctx, asked).await?;
    Ok(wire::with_nonce(wire::pushed_answer(&reference, lifetime)?, nonce.as_deref()))
}

/// RFC 9449 §10.1: a proof names the key as `dpop_jkt` does; where both are there, they name one.
async fn bind(
    ctx: &Context,
    asked: &mut AuthorizationRequest,
    sender: &Sender,
) -> Result<(), Error> {
    if asked.sender_key.is_some_and(|named| named != sender.key) {
        return Err(ProofFault::OtherKey.into());
    }
    asked.sender_key = Some(sender.key);
    spend(&ctx.ports.seen, ctx.tenant_id(), sender, ctx.now).await
}

/// PR-07: no client fills the store.
fn count(ctx: &Context, client: &Client) -> Result<(), Error> {
    let lifetime = ctx.tenant.policy.browser.pushed_request_lifetime;
    let room = ctx.ports.pushes.count(ctx.tenant_id(), client, ctx.source, ctx.now, lifetime);
    room.map_err(|retry_after| Error::TooManyPushed { retry_after })
}
