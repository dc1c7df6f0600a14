//! Requests over TCP, with connections that are kept alive.

use std::net::SocketAddr;

use async_trait::async_trait;
use bytes::Bytes;
use grantry::types::limits;
use http::{Request, Response};

use crate::Driver;

/// Sends to an application that listens. Connections are kept alive, redirects are not followed,
/// and no proxy of the machine is asked. An adapter that is right in process may be wrong here, and
/// the other way round: HEAD, bodies without a declared length and repeated headers are the
/// transport's as well.
#[derive(Debug)]
pub struct Socket {
    client: reqwest::Client,
    /// Keeps no connection: for requests after which the server closes it.
    alone: reqwest::Client,
    at: SocketAddr,
}

impl Socket {
    /// A driver of the application that listens on this address.
    ///
    /// # Panics
    /// When the platform gives no client.
    pub fn to(at: SocketAddr) -> Box<dyn Driver> {
        let builder = || {
            let builder = reqwest::Client::builder().no_proxy();
            builder.redirect(reqwest::redirect::Policy::none())
        };
        let alone = builder().pool_max_idle_per_host(0).build().expect("a client");
        Box::new(Self { client: builder().build().expect("a client"), alone, at })
    }

    /// A server that refuses a body before it has read it all may close the connection while the
    /// client still writes, and the client may meet that before it reads the answer: it asks again.
    /// Nor may another request meet a connection that is being closed.
    async fn answer(&self, request: &Request<Bytes>) -> reqwest::Response {
        let large = request.body().len() > limits::BODY;
        let (client, mut tries) = if large { (&self.alone, 20) } else { (&self.client, 1) };
        loop {
            tries -= 1;
            let url = format!("http://{}{}", self.at, request.uri());
            let sent = client.request(request.method().clone(), url);
            let sent = sent.headers(request.headers().clone()).body(request.body().clone());
            match sent.send().await {
                Ok(answer) => return answer,
                Err(error) => assert!(tries > 0, "{error:?}"),
            }
        }
    }
}

#[async_trait]
impl Driver for Socket {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let answer = self.answer(&request).await;
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        *response.body_mut() = answer.bytes().await.expect("a whole body");
        response
    }
}
