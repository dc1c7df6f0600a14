//! From request to response.

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};

use super::{Inner, span};
use crate::context::Context;
use crate::endpoints;
use crate::error::Error;
use crate::routes::Endpoint;
use crate::types::{Peer, Source, Tenant, TenantId};
use crate::wire::{self, Dialect};

pub(super) async fn handle(inner: &Inner, request: &Request<Bytes>) -> Response<Bytes> {
    let Some((endpoint, segment)) = inner.routes.find(request.uri().path()) else {
        return not_ours();
    };
    let dialect = endpoints::dialect(endpoint, request, None);
    // Pinned here, so that it is not moved into each of what follows: it is kilobytes large.
    let answer = pin!(answer(inner, endpoint, segment, dialect, request));
    // Nothing is shared mutably with what panicked: every store locks for itself.
    let answer = AssertUnwindSafe(answer).catch_unwind().map(|answer| {
        answer.unwrap_or_else(|_| dialect.refuse(&Error::Internal, None, &*inner.ports.pages))
    });
    span::traced(endpoint, segment, request.method(), answer).await
}

/// Method, tenant, endpoint, in this order; then the dialect renders what went wrong.
async fn answer(
    inner: &Inner,
    endpoint: Endpoint,
    segment: &str,
    dialect: Dialect,
    request: &Request<Bytes>,
) -> Response<Bytes> {
    // Before the tenant is read: what its row says was true at this moment or later, so whatever is
    // taken away from it afterwards finds this request to be older.
    let now = inner.ports.clock.now();
    let tenant = match tenant(inner, endpoint, segment, request).await {
        Ok(tenant) => tenant,
        Err(error) => return dialect.refuse(&error, None, &*inner.ports.pages),
    };
    if wire::is_preflight(request.method(), request.headers()) {
        return wire::preflight();
    }
    let dialect = endpoints::dialect(endpoint, request, Some(&tenant.policy));
    let ctx = Context {
        issuer: inner.issuers.of(&tenant.id),
        tenant,
        now,
        source: source(inner, request),
        asker: OnceLock::new(),
        ports: inner.ports.clone(),
    };
    let answer = endpoints::serve(&ctx, endpoint, dialect, request).await;
    let mut response = answer.unwrap_or_else(|error| {
        endpoints::refused(&ctx, &error);
        dialect.refuse(&error, Some(&ctx), &*ctx.ports.pages)
    });
    share(&ctx, endpoint, dialect, request.headers(), &mut response);
    response
}

/// Where the request came from: the peer, or whom a proxy that is believed names.
/// Lets pages of other origins read the answer: the direct API those that the tenant lists, documents
/// everybody, and the rest those of the client that asked.
fn share(
    ctx: &Context,
    endpoint: Endpoint,
    dialect: Dialect,
    headers: &HeaderMap,
    response: &mut Response<Bytes>,
) {
    match endpoint {
        _ if dialect == Dialect::Rpc => {
            wire::allow_origin(headers, &ctx.tenant.policy.allowed_origins, response);
        }
        Endpoint::Metadata | Endpoint::Jwks => wire::allow_all(response),
        Endpoint::Token | Endpoint::Par | Endpoint::Userinfo => {
            let browser = ctx.asker.get().and_then(|client| client.browser.as_deref());
            wire::allow_origin(headers, browser.map_or(&[], |own| &own.origins), response);
        }
        _ => {}
    }
}

fn source(inner: &Inner, request: &Request<Bytes>) -> Option<Source> {
    let peer = request.extensions().get::<Peer>()?.address?.ip();
    Some(Source::of(wire::client_address(peer, request.headers(), &inner.proxies)))
}

async fn tenant(
    inner: &Inner,
    endpoint: Endpoint,
    segment: &str,
    request: &Request<Bytes>,
) -> Result<Arc<Tenant>, Error> {
    let preflight = wire::is_preflight(request.method(), request.headers());
    let asks = preflight && endpoints::is_for_scripts(endpoint);
    if !asks && !endpoint.answers(request.method().as_str()) {
        return Err(Error::MethodNotAllowed { allow: endpoint.allow() });
    }
    let id: TenantId = segment.parse().map_err(|_| Error::UnknownTenant)?;
    let found = match endpoint {
        Endpoint::Metadata | Endpoint::Jwks => inner.ports.documented(&id).await?,
        _ => inner.ports.tenant(&id).await?,
    };
    found.ok_or(Error::UnknownTenant)
}

/// A path that is not ours: only an adapter that asked nobody gets here.
fn not_ours() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(b"not found"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, text);
    response
}
