//! Requests over TCP, with connections that are kept alive.

use std::net::SocketAddr;

use async_trait::async_trait;
use bytes::Bytes;
use grantry_conformance::Driver;
use http::{Request, Response};

/// An application that listens on this address.
pub struct Socket {
    client: reqwest::Client,
    at: SocketAddr,
}

impl Socket {
    pub fn new(at: SocketAddr) -> Box<dyn Driver> {
        let client = reqwest::Client::builder().no_proxy();
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Box::new(Self { client, at })
    }
}

#[async_trait]
impl Driver for Socket {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        let url = format!("http://{}{}", self.at, parts.uri);
        let sent = self.client.request(parts.method, url).headers(parts.headers).body(body);
        let answer = sent.send().await.unwrap();
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        *response.body_mut() = answer.bytes().await.unwrap();
        response
    }
}
