//! A client that leaves when the test says so.

use std::net::SocketAddr;

use bytes::Bytes;
use grantry_conformance::Answer;
use http::{HeaderMap, Request};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection on which one request was sent.
pub struct Client(TcpStream);

/// How a client leaves.
#[derive(Clone, Copy, Debug)]
pub enum Leaving {
    /// It closes the connection.
    Closes,
    /// It closes its own half, and still reads.
    ClosesItsHalf,
    /// It resets the connection.
    Resets,
}

impl Client {
    /// Sends a request, and does not wait for the answer.
    pub async fn sends(at: SocketAddr, request: &Request<Bytes>) -> Self {
        let mut head = format!("{} {} HTTP/1.1\r\nHost: a\r\n", request.method(), request.uri());
        for (name, value) in request.headers() {
            head += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
        head += &format!("Content-Length: {}\r\n", request.body().len());
        head += "Connection: close\r\n\r\n";
        let mut stream = TcpStream::connect(at).await.unwrap();
        stream.write_all(&[head.as_bytes(), request.body()].concat()).await.unwrap();
        Self(stream)
    }

    /// Leaves. Who closes one half can still read.
    pub async fn leaves(mut self, how: Leaving) -> Option<Self> {
        match how {
            Leaving::Closes => return None,
            Leaving::ClosesItsHalf => self.0.shutdown().await.unwrap(),
            Leaving::Resets => {
                self.0.set_zero_linger().unwrap();
                return None;
            }
        }
        Some(self)
    }

    /// The answer, if there is one before the connection ends.
    pub async fn reads(mut self) -> Option<Answer> {
        let mut bytes = Vec::new();
        // A reset is an end as well.
        let _ = self.0.read_to_end(&mut bytes).await;
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() })
    }
}
