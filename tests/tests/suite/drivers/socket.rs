//! Requests over TCP, with connections that are kept alive.

use std::net::SocketAddr;

use async_trait::async_trait;
use bytes::Bytes;
use grantry::types::limits;
use grantry_conformance::Driver;
use http::{Request, Response};

/// An application that listens on this address.
pub struct Socket {
    client: reqwest::Client,
    at: SocketAddr,
}

impl Socket {
    pub fn to(at: SocketAddr) -> Box<dyn Driver> {
        let client = reqwest::Client::builder().no_proxy();
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Box::new(Self { client, at })
    }
}

impl Socket {
    /// A server that refuses a body before it has read it all may close the connection while the
    /// client still writes, and the client may meet that before it reads the answer: it asks again.
    async fn answer(&self, request: &Request<Bytes>) -> reqwest::Response {
        let mut tries = if request.body().len() > limits::BODY { 20 } else { 1 };
        loop {
            tries -= 1;
            let url = format!("http://{}{}", self.at, request.uri());
            let sent = self.client.request(request.method().clone(), url);
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
        *response.body_mut() = answer.bytes().await.unwrap();
        response
    }
}
