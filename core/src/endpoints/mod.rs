//! One room for each URL: parse, authenticate, act, render.

mod authorize;
mod direct;
mod interaction;
mod jwks;
mod logout;
mod metadata;
mod par;
mod token;
mod userinfo;

use bytes::Bytes;
use http::{Method, Request, Response};

use crate::context::Context;
use crate::error::{Error, Part};
use crate::ports::EventKind;
use crate::routes::Endpoint;
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
        Endpoint::Interaction | Endpoint::Logout => Dialect::Page,
        Endpoint::Par | Endpoint::Metadata | Endpoint::Jwks | Endpoint::Userinfo => Dialect::Rfc,
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
        Endpoint::Metadata => metadata::serve(ctx, request),
        Endpoint::Jwks => jwks::serve(ctx, request).await,
        Endpoint::Interaction => interaction::serve(ctx, request).await,
        Endpoint::Userinfo => userinfo::serve(ctx, request).await,
        Endpoint::Logout => logout::serve(ctx, request).await,
    }
}

/// Whether pages of other origins may ask for it (Fetch Standard §4.8): never what shows pages (AZ-27).
pub fn is_for_scripts(endpoint: Endpoint) -> bool {
    use Endpoint::{Jwks, Metadata, Par, Token, Userinfo};
    matches!(endpoint, Token | Par | Userinfo | Metadata | Jwks)
}

/// Tells why a request was refused.
pub fn refused(ctx: &Context, error: &Error) {
    // What was throttled has told so itself.
    if !matches!(error, Error::Throttled { .. }) {
        ctx.recorder().record(EventKind::Refused(error.reason()), None);
    }
}

/// Bounds that hold before anything is parsed.
fn demand_size(request: &Request<Bytes>) -> Result<(), Error> {
    if request.uri().query().is_some_and(|query| query.len() > limits::QUERY) {
        return Err(Error::TooLarge(Part::Query));
    }
    if request.body().len() > limits::FORM {
        return Err(Error::TooLarge(Part::Body));
    }
    Ok(())
}
