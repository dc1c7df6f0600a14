//! How requests reach a server.

use async_trait::async_trait;
use bytes::Bytes;
use grantry::Server;
use http::{Request, Response};

/// Carries a request to a server in one particular way, and brings the answer back. A driver is
/// made for each test, by a function `async fn(World) -> Box<dyn Driver>` that is named in
/// [`crate::conformance!`], and is dropped at its end, with the runtime that it was made on.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Sends one request, and returns the whole answer. Up to 64 may be under way at once.
    ///
    /// The URI is a path with an optional query, which must arrive as it is: percent signs, double
    /// slashes and empty segments included. Method, headers (repeated ones in their order) and body
    /// likewise; a body may be larger than any server takes. What the transport needs besides, such
    /// as `Host` and `Content-Length`, is the driver's to add. Redirects are answers.
    ///
    /// # Panics
    /// When no answer comes: a case has no use for a driver's own errors.
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes>;
}

/// The core alone: the reference that every adapter is held to.
#[derive(Debug)]
pub struct Bare(pub Server);

#[async_trait]
impl Driver for Bare {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.0.handle(request).await
    }
}
