//! One room for each URL: parse, authenticate, act, render.

mod authorize;
mod device;
mod device_authorization;
mod direct;
mod interaction;
mod introspect;
mod jwks;
mod logout;
mod metadata;
mod par;
mod protected_resource;
mod register;
mod registered;
mod revoke;
mod shown;
mod token;
mod userinfo;

pub use protected_resource::describe;

use bytes::Bytes;
use http::{Method, Request, Response};

use crate::context::Context;
use crate::error::{DeviceFault, Error, Part};
use crate::ports::EventKind;
use crate::routes::Endpoint;
use crate::tokens::new_nonce;
use crate::types::{DirectApi, Policy, limits};
use crate::wire::{self, Dialect};

/// How an endpoint says no to this request; decided before anything else is looked at, and again
/// when the tenant is known: where it has no direct API by GET, `GET …/authorize` is for browsers.
pub fn dialect(endpoint: Endpoint, request: &Request<Bytes>, policy: Option<&Policy>) -> Dialect {
    let query = request.uri().query().unwrap_or_default();
    let has_get = policy.is_none_or(|policy| policy.direct_api >= DirectApi::Get);
    match endpoint {
        Endpoint::Token if request.method() == Method::POST => Dialect::Rfc,
        Endpoint::Authorize if request.method() == Method::POST => Dialect::Page,
        Endpoint::Authorize if !wire::is_direct(query) || !has_get => Dialect::Page,
        Endpoint::Interaction | Endpoint::Logout | Endpoint::Device => Dialect::Page,
        Endpoint::Metadata | Endpoint::Jwks | Endpoint::Userinfo => Dialect::Rfc,
        Endpoint::DeviceAuthorization | Endpoint::Par | Endpoint::Revoke | Endpoint::Introspect => {
            Dialect::Rfc
        }
        Endpoint::Register | Endpoint::Registered => Dialect::Rfc,
        Endpoint::ProtectedResource => Dialect::Rfc,
        _ => Dialect::Rpc,
    }
}

/// Answers a request for a known tenant by a method that the endpoint answers.
///
/// # Errors
/// Why not; the caller renders it in the endpoint's dialect.
pub async fn serve(
    ctx: &Context,
    endpoint: Endpoint,
    dialect: Dialect,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let get = request.method() == Method::GET;
    match endpoint {
        Endpoint::Authorize if dialect == Dialect::Page => authorize::serve(ctx, request).await,
        Endpoint::Authorize | Endpoint::AuthorizeDirect => direct::authorize(ctx, request).await,
        Endpoint::Token if !get => token::serve(ctx, request).await,
        Endpoint::Token | Endpoint::TokenDirect => direct::token(ctx, request).await,
        Endpoint::Par => par::serve(ctx, request).await,
        Endpoint::DeviceAuthorization => device_authorization::serve(ctx, request).await,
        Endpoint::Device => device::serve(ctx, request).await,
        Endpoint::Metadata => metadata::serve(ctx, request),
        Endpoint::Jwks => jwks::serve(ctx, request).await,
        Endpoint::Interaction => interaction::serve(ctx, request).await,
        Endpoint::Userinfo => userinfo::serve(ctx, request).await,
        Endpoint::Logout => logout::serve(ctx, request).await,
        Endpoint::Revoke => revoke::serve(ctx, request).await,
        Endpoint::Introspect => introspect::serve(ctx, request).await,
        Endpoint::Register => register::serve(ctx, request).await,
        Endpoint::Registered => registered::serve(ctx, request).await,
        Endpoint::ProtectedResource => protected_resource::serve(ctx, request),
    }
}

/// Whether pages of other origins may ask for it (Fetch Standard §4.8): never what shows pages (AZ-27).
pub fn is_for_scripts(endpoint: Endpoint) -> bool {
    use Endpoint::{DeviceAuthorization, Jwks, Metadata, Par};
    use Endpoint::{ProtectedResource, Revoke, Token, Userinfo};
    matches!(endpoint, Token | Par | DeviceAuthorization | Revoke | Userinfo)
        || matches!(endpoint, Metadata | Jwks | ProtectedResource)
}

/// Tells why a request was refused.
pub fn refused(ctx: &Context, error: &Error) {
    // What was throttled has told so itself, and a device that has to wait has not been refused.
    let waits = matches!(error, Error::Device(DeviceFault::Pending | DeviceFault::SlowDown));
    if !waits && !matches!(error, Error::Throttled { .. }) {
        ctx.recorder().record(EventKind::Refused(error.reason()), None);
    }
}

/// What the next proof of a client that shows proofs is to hold, where they hold nonces (RFC 9449 §8.2): so
/// nobody has to be refused once a minute.
async fn next_nonce(ctx: &Context, proves: bool) -> Result<Option<String>, Error> {
    if !proves || !ctx.tenant.policy.dpop_nonces {
        return Ok(None);
    }
    Ok(Some(new_nonce(&*ctx.ports.keyring, ctx.tenant_id(), ctx.now).await?))
}

/// What holds of a form that a client sends, before it is parsed.
fn demand_form(ctx: &Context, request: &Request<Bytes>) -> Result<(), Error> {
    demand_size(request)?;
    wire::demand_form(request.headers())?;
    match ctx.tenant.disabled {
        true => Err(Error::TenantDisabled),
        false => Ok(()),
    }
}

/// Bounds that hold before anything is parsed.
fn demand_size(request: &Request<Bytes>) -> Result<(), Error> {
    demand_at_most(request, limits::FORM)
}

/// The same, for a body of so many bytes.
fn demand_at_most(request: &Request<Bytes>, body: usize) -> Result<(), Error> {
    if request.uri().query().is_some_and(|query| query.len() > limits::QUERY) {
        return Err(Error::TooLarge(Part::Query));
    }
    if request.body().len() > body {
        return Err(Error::TooLarge(Part::Body));
    }
    Ok(())
}
