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
use crate::types::{Described, Peer, Source, Tenant, TenantId};
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
    if let Err(error) = demand_method(endpoint, request) {
        return dialect.refuse(&error, None, &*inner.ports.pages);
    }
    let resource = inner.ports.resources.at(request.uri().path());
    if let Some(resource) = resource.filter(|own| is_whole(endpoint, own)) {
        return describe(inner, resource, dialect, request);
    }
    let tenant = match tenant(inner, endpoint, segment).await {
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
        Endpoint::Metadata | Endpoint::Jwks | Endpoint::ProtectedResource => {
            wire::allow_all(response);
        }
        Endpoint::Token
        | Endpoint::Par
        | Endpoint::DeviceAuthorization
        | Endpoint::Revoke
        | Endpoint::Userinfo => {
            let browser = ctx.asker.get().and_then(|client| client.browser.as_deref());
            wire::allow_origin(headers, browser.map_or(&[], |own| &own.origins), response);
            wire::expose_challenges(response);
        }
        _ => {}
    }
}

/// Where the request came from: the peer, or whom a proxy that is believed names.
fn source(inner: &Inner, request: &Request<Bytes>) -> Option<Source> {
    let peer = request.extensions().get::<Peer>()?.address?.ip();
    Some(Source::of(wire::client_address(peer, request.headers(), &inner.proxies)))
}

fn demand_method(endpoint: Endpoint, request: &Request<Bytes>) -> Result<(), Error> {
    let preflight = wire::is_preflight(request.method(), request.headers());
    let asks = preflight && endpoints::is_for_scripts(endpoint);
    match asks || endpoint.answers(request.method().as_str()) {
        true => Ok(()),
        false => Err(Error::MethodNotAllowed { allow: endpoint.allow() }),
    }
}

/// Whether it describes an API of which there is one for all its tenants.
fn is_whole(endpoint: Endpoint, resource: &Described) -> bool {
    endpoint == Endpoint::ProtectedResource && !resource.has_each_tenant()
}

/// The document of no one tenant.
fn describe(
    inner: &Inner,
    resource: &Described,
    dialect: Dialect,
    request: &Request<Bytes>,
) -> Response<Bytes> {
    if wire::is_preflight(request.method(), request.headers()) {
        return wire::preflight();
    }
    let issuers: Vec<_> = resource.tenants().iter().map(|id| inner.issuers.of(id)).collect();
    match endpoints::describe(resource, None, &issuers, request.headers()) {
        Ok(mut response) => {
            wire::allow_all(&mut response);
            response
        }
        Err(error) => dialect.refuse(&error, None, &*inner.ports.pages),
    }
}

async fn tenant(inner: &Inner, endpoint: Endpoint, segment: &str) -> Result<Arc<Tenant>, Error> {
    let id: TenantId = segment.parse().map_err(|_| Error::UnknownTenant)?;
    let found = match endpoint {
        Endpoint::Metadata | Endpoint::Jwks | Endpoint::ProtectedResource => {
            inner.ports.documented(&id).await?
        }
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
