//! `POST …/token` (RFC 6749 §3.2). Parameters of the query string are not read.

use bytes::Bytes;
use http::{Request, Response};

use super::{demand_size, next_nonce};
use crate::client_auth;
use crate::context::Context;
use crate::error::Error;
use crate::grants;
use crate::registration;
use crate::wire::{self, Form};

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    wire::demand_form(request.headers())?;
    let lent = &ctx.ports.extension_grants;
    let mut form = Form::with_resources(request.body(), "body");
    if form.peek("grant_type").is_some_and(|name| lent.name(name).is_some()) {
        form = Form::with_others(request.body(), "body");
    }
    let (asked, credentials) = wire::read_token_request(request.headers(), form, lent)?;
    let mut caller = client_auth::authenticate(ctx, &credentials).await?;
    let sender = client_auth::prove_sender(ctx, &caller.client, request, "/token").await?;
    client_auth::demand_sender(ctx, &caller.client, sender.as_ref())?;
    caller.sender = sender;
    let nonce = next_nonce(ctx, caller.sender.is_some()).await?;
    let answer = grants::exchange(ctx, &caller, &asked).await?;
    registration::note_use(ctx, &caller.client).await;
    Ok(wire::with_nonce(wire::token_answer(&answer)?, nonce.as_deref()))
}
