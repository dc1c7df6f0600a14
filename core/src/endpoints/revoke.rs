//! `…/revoke` (RFC 7009): a client gives up a token.

use bytes::Bytes;
use http::{Request, Response};

use super::shown;
use crate::context::Context;
use crate::error::Error;
use crate::grants;
use crate::wire;

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    if !ctx.tenant.policy.revocation {
        return Err(Error::NotOffered);
    }
    let (token, caller) = shown::token(ctx, request).await?;
    grants::revoke(ctx, &caller, token.expose()).await?;
    // RFC 7009 §2.2: the same for a token that never was (IR-07).
    Ok(wire::done())
}
