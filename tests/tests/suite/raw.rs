//! Bytes that no client library would send: PL-04, PL-08. Whatever comes, the server lives, and the
//! next request is answered.

use std::net::SocketAddr;

use grantry::MemoryStore;
use grantry_conformance::{World, run};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::drivers;

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
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\u{0}\r\n\r\n",
];

/// A connection that is kept, for requests and answers one after the other.
pub struct Connection(TcpStream);

impl Connection {
    pub async fn to(at: SocketAddr) -> Self {
        Self(TcpStream::connect(at).await.unwrap())
    }

    pub async fn get(&mut self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")).await
    }

    pub async fn post(&mut self, path: &str, form: &str) -> String {
        let head = "Host: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length:";
        let length = form.len();
        self.ask(&format!("POST {path} HTTP/1.1\r\n{head} {length}\r\n\r\n{form}")).await
    }

    /// Sends bytes and reads one answer, whose length its head says.
    async fn ask(&mut self, bytes: &str) -> String {
        self.0.write_all(bytes.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&answer).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let lines = head.lines().filter_map(|line| line.split_once(": "));
                let mut length =
                    lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
                let length = length.next().map_or(0, |(_, value)| value.parse().unwrap());
                if body.len() >= length {
                    return text;
                }
            }
            let read = self.0.read_buf(&mut answer).await.unwrap();
            assert!(read > 0, "it was closed after {text:?}");
        }
    }
}

/// Sends bytes and reads until the other side closes. Nothing more is sent, so it will.
pub async fn exchange(at: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    // Whoever is refused in the middle of a request may meet a reset, an answer of the transport's.
    let _ = stream.write_all(bytes.as_bytes()).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// PL-04: nothing of it is answered with tokens, or by a server that is broken.
#[test]
fn every_framework_lives_through_odd_bytes() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        for (framework, at) in drivers::everywhere(&world).await {
            for head in HEADS {
                let answer = exchange(at, head).await;
                assert!(!answer.contains(" 200 "), "{framework} {head:?}: {answer}");
                assert!(!answer.contains(" 500 "), "{framework} {head:?}: {answer}");
                let answer = Connection::to(at).await.get("/hello").await;
                assert!(answer.ends_with("hello"), "{framework} after {head:?}: {answer}");
            }
        }
    });
}

/// The one that warp's own `path::full()` does not survive: answered, not dropped.
#[test]
fn warp_answers_a_target_without_a_path() {
    run(async {
        let at = drivers::warp::listen(World::new(MemoryStore::default()).await).await;
        let head = "CONNECT foo:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer:?}");
    });
}
