//! A future that is dropped before it is done, as frameworks drop the handler of a client that left.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use async_trait::async_trait;
use bytes::Bytes;
use grantry_conformance::Driver;
use http::{Request, Response};

/// How far a future may go.
#[derive(Clone, Copy, Debug)]
pub struct Polls {
    /// How often it is polled at most.
    pub most: usize,
    /// When it is dropped after that.
    pub then: Then,
}

/// When a future is dropped that has been polled as often as it may.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    /// At once: nothing of what it began has had its turn yet.
    AtOnce,
    /// When it would go on: what it waited for is done, and nobody takes note of it any more.
    WhenWoken,
}

impl Polls {
    /// As often as it wants.
    pub const ALL: Self = Self { most: usize::MAX, then: Then::WhenWoken };

    /// What the future comes to, unless it is dropped.
    pub async fn of<T>(self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let mut polled = 0;
        poll_fn(move |context| {
            if polled == self.most {
                return Poll::Ready(None);
            }
            polled += 1;
            match future.as_mut().poll(context) {
                Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                Poll::Pending => match self.then {
                    Then::AtOnce if polled == self.most => Poll::Ready(None),
                    _ => Poll::Pending,
                },
            }
        })
        .await
    }
}

/// A driver whose handlers can be dropped before they are done.
#[async_trait]
pub trait Droppable: Send + Sync {
    /// Sends one request, whose handler goes so far.
    async fn send(&self, request: Request<Bytes>, polls: Polls) -> Option<Response<Bytes>>;
}

/// A driver whose future is the handler's own.
pub struct Here(pub Box<dyn Driver>);

#[async_trait]
impl Droppable for Here {
    async fn send(&self, request: Request<Bytes>, polls: Polls) -> Option<Response<Bytes>> {
        polls.of(self.0.send(request)).await
    }
}
