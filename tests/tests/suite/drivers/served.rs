//! Applications on sockets that can be stopped, on a runtime that is not their server's.

use std::net::SocketAddr;

use futures_util::future::BoxFuture;
use tokio::runtime::{Builder, Runtime};

/// An application that listens.
pub struct Served {
    /// Where.
    pub at: SocketAddr,
    pub(super) stop: Box<dyn FnOnce(Stop) -> BoxFuture<'static, ()> + Send>,
}

/// How an application ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It takes no more connections, and answers what it was asked.
    Gracefully,
    /// Whatever it is at is dropped.
    ByForce,
}

impl Served {
    /// Waits until the application has ended.
    pub async fn stop(self, how: Stop) {
        (self.stop)(how).await;
    }
}

/// A runtime that takes everything with it when it goes, and may go anywhere.
pub(super) struct Elsewhere(Option<Runtime>);

impl Elsewhere {
    pub(super) fn new() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Self(Some(runtime.unwrap()))
    }

    pub(super) fn runtime(&self) -> &Runtime {
        self.0.as_ref().unwrap()
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.0.take().unwrap().shutdown_background();
    }
}
