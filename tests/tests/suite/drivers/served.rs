//! Applications on sockets that can be stopped, on a runtime that is not their server's.

use std::{future::Future, net::SocketAddr};

use futures_util::future::BoxFuture;
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
    sync::oneshot,
    task::JoinHandle,
};

/// An application that listens.
pub struct Served {
    /// Where.
    pub at: SocketAddr,
    stop: Box<dyn FnOnce(Stop) -> BoxFuture<'static, ()> + Send>,
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
    /// An application that is stopped so.
    pub(super) fn new<F>(at: SocketAddr, stop: impl FnOnce(Stop) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self { at, stop: Box::new(move |how| Box::pin(stop(how))) }
    }

    /// An application that runs elsewhere until it is told to end.
    pub(super) fn elsewhere<T: Send + 'static>(
        at: SocketAddr,
        elsewhere: Elsewhere,
        end: oneshot::Sender<()>,
        serving: JoinHandle<T>,
    ) -> Self {
        Self::new(at, async move |how| {
            match how {
                Stop::Gracefully => drop(end.send(())),
                Stop::ByForce => serving.abort(),
            }
            let _ = serving.await;
            drop(elsewhere);
        })
    }

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

    pub(super) async fn listen(&self) -> TcpListener {
        let listen = TcpListener::bind("127.0.0.1:0");
        self.runtime().spawn(listen).await.unwrap().unwrap()
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.0.take().unwrap().shutdown_background();
    }
}
