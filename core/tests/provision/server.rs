//! A server to provision, and what shows that it was.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use grantry::{
    HashingPoolConfig, Provisioned, Server, ServerBuilder,
    ports::Clock,
    types::{TenantId, Timestamp},
};
use http::{Request, StatusCode};

use crate::parse;

pub const EXAMPLE: &str = include_str!("../../../examples/provision.toml");

pub fn builder() -> ServerBuilder {
    // Whoever was stopped and started again counts from the next moment on, so time must go by.
    let builder = Server::builder("https://id.example.com/oauth/{tenant}");
    // And a busy machine needs longer than a person would wait.
    let mut hashing = HashingPoolConfig::default();
    hashing.deadline = Duration::from_secs(600);
    builder.clock(Arc::new(Ticking::default())).hashing(hashing)
}

pub async fn server() -> Server {
    builder().build().await.unwrap()
}

pub async fn apply(server: &Server, text: &str) -> [usize; 3] {
    let Provisioned { created, changed, unchanged, .. } =
        server.admin().provision(&parse(text).unwrap()).await.unwrap();
    [created, changed, unchanged]
}

pub fn acme() -> TenantId {
    "acme".parse().unwrap()
}

/// Whether billing gets a token by this secret, which is sent as it is.
pub async fn token(server: &Server, secret: &str) -> StatusCode {
    let basic = STANDARD.encode(format!("billing:{secret}"));
    let request = Request::post("/oauth/acme/token")
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from_static(b"grant_type=client_credentials"));
    server.handle(request.unwrap()).await.status()
}

/// Whether Alice signs in by this password.
pub async fn sign_in(server: &Server, password: &str) -> StatusCode {
    let callback = "https://app.example.com/callback";
    let body =
        format!("response_type=code&username=alice&password={password}&redirect_uri={callback}");
    let request = Request::post("/oauth/acme/authorize/direct")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(body));
    server.handle(request.unwrap()).await.status()
}

/// A clock that goes on whenever somebody looks at it.
#[derive(Debug, Default)]
struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000 + self.0.fetch_add(1, Ordering::Relaxed))
    }
}
