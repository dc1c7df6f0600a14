//! How requests reach a server.

use std::{
    future::Future,
    panic::{self, AssertUnwindSafe},
    pin::{Pin, pin},
};

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

/// Runs a case on a runtime of its own, which has two threads: what [`crate::conformance!`] does
/// with each, and what you do with one that is not in its lists.
///
/// # Panics
/// When the case does, or the platform gives no runtime.
pub fn run(case: impl Future<Output = ()>) {
    run_pinned(pin!(case));
}

/// The same for a case of any type, so that it is compiled once and not for each.
fn run_pinned(case: Pin<&mut dyn Future<Output = ()>>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().expect("a runtime").block_on(case);
}

/// Runs a case, which must fail if it is excepted: an exception that nobody needs any more is a
/// failure, so that no list of exceptions grows old. [`crate::conformance!`] calls it.
///
/// # Panics
/// When the case does; when an excepted one does not.
pub fn run_or_except(name: &str, exceptions: &[(&str, &str)], case: impl Future<Output = ()>) {
    let Some((_, reason)) = exceptions.iter().find(|(excepted, _)| *excepted == name) else {
        return run(case);
    };
    let failed = panic::catch_unwind(AssertUnwindSafe(|| run(case))).is_err();
    assert!(failed, "{name} passes, though it is excepted ({reason}): take it off the list");
}
