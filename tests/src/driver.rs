//! How requests reach a server.

use std::future::Future;

use async_trait::async_trait;
use bytes::Bytes;
use grantry::Server;
use http::{Request, Response};

/// Carries a request to a server in one particular way, and brings the answer back.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Sends one request. The URI is a path with an optional query.
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

/// Runs a case on a runtime of its own.
///
/// # Panics
/// When the case does, or the platform gives no runtime.
pub fn run(case: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().expect("a runtime").block_on(case);
}
