//! Bytes that no client library would send: PL-04, PL-08.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

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

/// Demands that an application of [`crate::door`] lives through bytes that no client library would
/// send: each may be refused, or the connection be closed, but none is an error of the server's, and
/// after each `GET /hello` is answered.
///
/// # Panics
/// When it does not.
pub async fn lives_through_odd_bytes(at: SocketAddr) {
    for head in HEADS {
        let answer = exchange(at, head).await;
        assert!(!answer.contains(" 200 "), "{head:?}: {answer}");
        assert!(!answer.contains(" 500 "), "{head:?}: {answer}");
        let hello = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        let hello = read(connect(at, hello).await).await;
        assert!(hello.ends_with("hello"), "after {head:?}: {hello}");
    }
}

/// Sends bytes, and nothing more, and reads until the other side closes.
///
/// # Panics
/// When nobody listens there.
pub async fn exchange(at: SocketAddr, bytes: &str) -> String {
    let mut stream = connect(at, bytes).await;
    let _ = stream.shutdown().await;
    read(stream).await
}

/// A connection on which these bytes were sent. Who half-closes it then may get no answer: some
/// frameworks take that for a client that has left.
async fn connect(at: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(at).await.expect("a connection");
    // A reset on the way is an answer too, of the transport's.
    let _ = stream.write_all(bytes.as_bytes()).await;
    stream
}

async fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
