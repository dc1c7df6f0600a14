//! `POST …/token` (RFC 6749 §3.2). Parameters of the query string are not read.

use bytes::Bytes;
use http::{Request, Response};

use super::demand_size;
use crate::client_auth;
use crate::context::Context;
use crate::error::Error;
use crate::grants;
use crate::wire::{self, Form};

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    wire::demand_form(request.headers())?;
    let form = Form::with_resources(request.body(), "body");
    let (asked, credentials) = wire::read_token_request(request.headers(), form)?;
    let caller = client_auth::authenticate(ctx, &credentials).await?;
    let answer = grants::exchange(ctx, &caller, &asked).await?;
    wire::token_answer(&answer)
}
