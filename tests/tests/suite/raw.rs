//! Bytes that no client library would send: PL-04, PL-08. Whatever comes, the server lives, and the
//! next request is answered.

use std::net::SocketAddr;

use grantry::MemoryStore;
use grantry_conformance::{World, run};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::drivers::{actix, axum, warp};

/// Request heads with targets and fields that are wrong or rare.
const HEADS: &[&str] = &[
    "CONNECT foo:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET foo:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://other.example/oauth/acme/token HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET //oauth/acme/token HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /oauth/acme/token#x HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /oauth/acme/token?\u{e4}=1 HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST /oauth/acme/token HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "POST /oauth/acme/token HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "GET /oauth/acme/token HTTP/9.9\r\n\r\n",
    "\u{0}\r\n\r\n",
];

async fn world() -> World {
    World::new(MemoryStore::default()).await
}

/// Sends bytes and reads until the other side closes. Nothing more is sent, so it will.
async fn exchange(at: SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    // A reset is an answer too, of the transport's.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn lives_through_all_of_it(at: SocketAddr) {
    for head in HEADS {
        let answer = exchange(at, head).await;
        assert!(!answer.contains(" 200 "), "{head:?}: {answer}");
        assert!(!answer.contains(" 500 "), "{head:?}: {answer}");
        let hello = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(hello.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("hello"), "after {head:?}: {answer}");
    }
}

#[test]
fn axum_lives_through_odd_bytes() {
    run(async { lives_through_all_of_it(axum::listen(world().await).await).await });
}

#[test]
fn actix_lives_through_odd_bytes() {
    run(async { lives_through_all_of_it(actix::listen(world().await).await).await });
}

#[test]
fn warp_lives_through_odd_bytes() {
    run(async { lives_through_all_of_it(warp::listen(world().await).await).await });
}

/// The one that warp's own `path::full()` does not survive: answered, not dropped.
#[test]
fn warp_answers_a_target_without_a_path() {
    run(async {
        let at = warp::listen(world().await).await;
        let head = "CONNECT foo:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer:?}");
    });
}
