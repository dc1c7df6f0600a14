//! `POST …/register` (RFC 7591 §3): a client registers itself.

use bytes::Bytes;
use http::{Request, Response};

use super::demand_at_most;
use super::registered::{denied, written};
use crate::client_metadata::Document;
use crate::context::Context;
use crate::error::Error;
use crate::guard::{self, Denial};
use crate::registration;
use crate::types::{RegistrationAccess, RegistrationPolicy, limits};
use crate::wire;

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let registration = offered(ctx)?;
    if registration.access == RegistrationAccess::Closed {
        return Err(Error::NotOffered);
    }
    demand_at_most(request, limits::CLIENT_METADATA)?;
    let token = match guard::bearer_token(request.uri(), request.headers()) {
        Ok(token) => Some(token),
        Err(Denial::Missing) => None,
        Err(denial) => return Ok(denied(ctx, denial)),
    };
    let Some(admitted) = registration::admit(ctx, registration, token).await? else {
        let why = if token.is_some() { Denial::Invalid } else { Denial::Missing };
        return Ok(denied(ctx, why));
    };
    wire::demand_json(request.headers())?;
    let document = Document::parse(request.body())?;
    match registration::create(ctx, registration, admitted, &document).await? {
        Some(made) => written(ctx, http::StatusCode::CREATED, &made),
        None => Ok(denied(ctx, Denial::Invalid)),
    }
}

/// What the tenant allows, if anything.
pub(super) fn offered(ctx: &Context) -> Result<&RegistrationPolicy, Error> {
    if ctx.tenant.disabled {
        return Err(Error::TenantDisabled);
    }
    ctx.tenant.policy.registration.as_deref().ok_or(Error::NotOffered)
}
