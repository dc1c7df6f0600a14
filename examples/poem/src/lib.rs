//! An adapter for poem, which Grantry does not support itself: the worked example of the guide *You
//! write an adapter* in `tests/README.md`, held by `tests/conformance` to all that ours are held to.
//!
//! ```
//! # use example_poem::{Access, Mount};
//! # fn app(server: &grantry::Server, guard: grantry::Guard) -> impl poem::Endpoint {
//! # use poem::{EndpointExt, Route, get};
//! #[poem::handler]
//! fn me(access: Access) -> String {
//!     access.subject().to_string()
//! }
//! Route::new().at("/me", get(me)).data(guard).with(Mount::of(server))
//! # }
//! ```

#![forbid(unsafe_code)]

use std::ops::Deref;

use bytes::Bytes;
use grantry::{
    Denied, Guard, Server, oversized,
    types::{Peer, limits},
};
use poem::{
    Endpoint, FromRequest, IntoResponse, Middleware, Request, RequestBody, Response, ResponseParts,
    Result,
};

/// Serves the paths of a server, around an application to which every other path is left.
#[derive(Clone, Debug)]
pub struct Mount(Server);

impl Mount {
    /// For [`poem::EndpointExt::with`], at the root of the application.
    pub fn of(server: &Server) -> Self {
        Self(server.clone())
    }
}

/// A middleware and no routes: `poem::get` would make GET of HEAD, and the router's errors are the
/// host's to answer.
impl<E: Endpoint> Middleware<E> for Mount {
    type Output = Mounted<E>;

    fn transform(&self, host: E) -> Mounted<E> {
        Mounted { server: self.0.clone(), host }
    }
}

/// An application with a server mounted in it.
#[derive(Debug)]
pub struct Mounted<E> {
    server: Server,
    host: E,
}

impl<E: Endpoint> Endpoint for Mounted<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        if !self.server.owns(request.original_uri().path()) {
            return self.host.call(request).await.map(IntoResponse::into_response);
        }
        // What is too large or cannot be read reaches the core as a body that it refuses.
        let body = request.take_body().into_bytes_limit(limits::BODY).await;
        let body = body.unwrap_or_else(|_| oversized());
        let (head, ()) = head(&request).into_parts();
        Ok(downgrade(self.server.handle(http::Request::from_parts(head, body)).await))
    }
}

/// Everything of a request but its body. `Route::nest` takes its prefix off the URI, but not off the
/// original one, and the server wants what the client sent.
fn head(request: &Request) -> http::Request<()> {
    let mut head = http::Request::new(());
    *head.method_mut() = request.method().clone();
    *head.uri_mut() = request.original_uri().clone();
    *head.headers_mut() = request.headers().clone();
    let peer = request.remote_addr().as_socket_addr().copied();
    head.extensions_mut().insert(Peer::new(peer));
    head
}

/// Header by header, as they are: poem's own `with_header` would leave one of each name.
fn downgrade(answer: http::Response<Bytes>) -> Response {
    let (parts, body) = answer.into_parts();
    let http::response::Parts { status, version, headers, extensions, .. } = parts;
    Response::from_parts(ResponseParts { status, version, headers, extensions }, body.into())
}

/// A request that the application's [`Guard`] let in, as an extractor. The guard is the one in
/// `.data(guard)`; where it was forgotten, the answer is a 500 that says so.
#[derive(Clone, Debug)]
pub struct Access(grantry::Access);

const FORGOTTEN: &str = "this route takes an example_poem::Access, but the application has no \
                         guard: add it with .data(guard)";

impl<'a> FromRequest<'a> for Access {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        let guard: Option<&Guard> = request.data();
        let guard = guard.ok_or_else(|| turned_away(Denied::misconfigured(FORGOTTEN)))?;
        let (head, ()) = head(request).into_parts();
        guard.check(&head).await.map(Self).map_err(turned_away)
    }
}

impl Access {
    /// Demands a scope: `access.require("orders:read")?`.
    ///
    /// # Errors
    /// 403 where the token does not have it.
    pub fn require(&self, scope: &str) -> Result<()> {
        self.0.require(scope).map_err(turned_away)
    }
}

impl Deref for Access {
    type Target = grantry::Access;

    fn deref(&self) -> &grantry::Access {
        &self.0
    }
}

/// The core says what the answer is; whoever renders one of their own loses the challenge.
fn turned_away(denied: Denied) -> poem::Error {
    poem::Error::from_response(downgrade(denied.response()))
}

#[cfg(test)]
mod tests;
