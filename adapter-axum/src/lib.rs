#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

use std::{net::SocketAddr, ops::Deref};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, FromRef, FromRequestParts, OriginalUri, Request},
    http::request::Parts,
    response::{IntoResponse, Response},
    routing::any,
};
pub use grantry;
use grantry::{
    Guard, Server, oversized,
    types::{Peer, limits},
};

/// The routes of a server, for [`Router::merge`].
pub fn router<S: Clone + Send + Sync + 'static>(server: &Server) -> Router<S> {
    server.routes().fold(Router::new(), |router, route| {
        let server = server.clone();
        router.route(&route.path, any(move |request| serve(server, request)))
    })
}

async fn serve(server: Server, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    restore(&mut parts);
    let peer = peer(&parts);
    parts.extensions.insert(peer);
    // What is too large or cannot be read reaches the core as a body that it refuses.
    let body = to_bytes(body, limits::BODY).await.unwrap_or_else(|_| oversized());
    server.handle(Request::from_parts(parts, body)).await.map(Body::from)
}

/// Who is at the other end, if the application is served so that this is known.
fn peer(parts: &Parts) -> Peer {
    let address: Option<&ConnectInfo<SocketAddr>> = parts.extensions.get();
    Peer::new(address.map(|ConnectInfo(address)| *address))
}

/// Puts back the path that the client sent, where a nested router took its prefix away.
fn restore(parts: &mut Parts) {
    if let Some(OriginalUri(whole)) = parts.extensions.get() {
        parts.uri = whole.clone();
    }
}

/// A request that the application's [`Guard`] let in, as an extractor. The application's state
/// lends the guard by [`FromRef`], so one that is forgotten does not compile.
///
/// It stays with the request as an extension, for services that know nothing of extractors: see
/// [`axum::middleware::from_extractor_with_state`].
#[derive(Clone, Debug)]
pub struct Access(pub grantry::Access);

impl<S: Send + Sync> FromRequestParts<S> for Access
where
    Guard: FromRef<S>,
{
    type Rejection = Denied;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denied> {
        let mut head = parts.clone();
        restore(&mut head);
        let access = Self(Guard::from_ref(state).check(&head).await?);
        parts.extensions.insert(access.clone());
        Ok(access)
    }
}

impl Deref for Access {
    type Target = grantry::Access;

    fn deref(&self) -> &grantry::Access {
        &self.0
    }
}

/// A request that was turned away; in a handler, `access.require("orders:read")?` makes one.
#[derive(Clone, Debug)]
pub struct Denied(pub grantry::Denied);

impl From<grantry::Denied> for Denied {
    fn from(denied: grantry::Denied) -> Self {
        Self(denied)
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        self.0.response().map(Body::from)
    }
}

#[cfg(test)]
mod tests;
