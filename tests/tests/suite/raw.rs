//! Bytes that no client library would send: PL-04, PL-08. Whatever comes, the server lives, and the
//! next request is answered.

use std::net::SocketAddr;

use grantry::MemoryStore;
use grantry_conformance::{World, lives_through_odd_bytes, run};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::drivers;

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

/// PL-04: nothing of it is answered with tokens, or by a server that is broken.
#[test]
fn every_framework_lives_through_odd_bytes() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        for (_, at) in drivers::everywhere(&world).await {
            lives_through_odd_bytes(at).await;
        }
    });
}

/// The one that warp's own `path::full()` does not survive: answered, not dropped.
#[test]
fn warp_answers_a_target_without_a_path() {
    run(async {
        let at = drivers::warp::listen(World::new(MemoryStore::default()).await).await;
        let head = "CONNECT foo:80 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        // Not half-closed: warp takes that for a client that has left.
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer:?}");
    });
}
