//! A token that is shown to us by a client.

use bytes::Bytes;
use http::Request;

use super::demand_size;
use crate::client_auth;
use crate::context::Context;
use crate::error::Error;
use crate::types::{Caller, ShownToken};
use crate::wire::{self, Form};

/// The token, and who shows it. Parameters of the query string are not read.
pub(super) async fn token(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<(ShownToken, Caller), Error> {
    demand_size(request)?;
    wire::demand_form(request.headers())?;
    let form = Form::parse(request.body(), "body");
    let (token, credentials) = wire::read_shown_token(request.headers(), form)?;
    Ok((token, client_auth::authenticate(ctx, &credentials).await?))
}
