//! The public keys of a tenant (RFC 7517 §5), also of a disabled one: its tokens may still have to
//! be recognised elsewhere.

use bytes::Bytes;
use http::{Request, Response};
use jsonwebtoken::jwk::JwkSet;

use crate::context::Context;
use crate::error::Error;
use crate::wire;

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    // JW-03: the same keys that guards believe.
    let keys = ctx.ports.keyring.published(ctx.tenant_id(), ctx.now).await?;
    let set = JwkSet { keys: keys.iter().map(|key| key.jwk()).collect() };
    wire::cacheable(request.headers(), &set)
}
