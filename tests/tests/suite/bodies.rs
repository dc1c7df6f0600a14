//! PL-02: bodies without end, and lengths that are not true, through real sockets.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use grantry::MemoryStore;
use grantry_conformance::{Bare, Stage, World, exchange, query, run};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{drivers, raw::Connection};

/// The most that may be on the way when the server stops reading: buffers of both kernels.
const ON_THE_WAY: usize = 64 << 20;

/// Sends a head, and then pieces for as long as nothing is answered. Returns the answer.
async fn pour(at: SocketAddr, head: &str, piece: &[u8]) -> String {
    let (mut from, mut to) = TcpStream::connect(at).await.unwrap().into_split();
    let sent = AtomicUsize::new(0);
    let pouring = async {
        // What the other side does not read any more may be a reset; the answer is read below.
        let mut open = to.write_all(head.as_bytes()).await.is_ok();
        while open && sent.fetch_add(piece.len(), Ordering::Relaxed) < ON_THE_WAY {
            open = to.write_all(piece).await.is_ok();
        }
        assert!(!open, "{} bytes were taken", sent.load(Ordering::Relaxed));
        std::future::pending::<()>().await;
    };
    let reading = async {
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        while !is_whole(&answer) {
            match from.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(read) => answer.extend_from_slice(&buffer[..read]),
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    };
    tokio::select! {
        answer = reading => answer,
        () = pouring => unreachable!("it pours for ever"),
    }
}

/// Whether an answer with a JSON body is complete.
fn is_whole(answer: &[u8]) -> bool {
    answer.windows(4).any(|end| end == b"\r\n\r\n") && answer.ends_with(b"}")
}

/// PL-02: 413, whatever the length is said to be, before more is read than buffers hold.
#[test]
fn a_body_without_end_is_refused_before_it_is_read() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        let chunk = [b"4000\r\n".as_slice(), &[b'x'; 0x4000], b"\r\n"].concat();
        for (framework, at) in drivers::everywhere(&world).await {
            for (path, word) in [
                ("/oauth/acme/token", r#""error":"invalid_request""#),
                ("/oauth/acme/token/direct", r#""reason":"INVALID_REQUEST""#),
                ("/oauth/acme/authorize/direct", r#""reason":"INVALID_REQUEST""#),
            ] {
                for length in ["Transfer-Encoding: chunked", "Content-Length: 1073741824"] {
                    let form = "Content-Type: application/x-www-form-urlencoded";
                    let head =
                        format!("POST {path} HTTP/1.1\r\nHost: a\r\n{form}\r\n{length}\r\n\r\n");
                    let answer = pour(at, &head, &chunk).await;
                    let what = format!("{framework} {path} {length}: {answer}");
                    assert!(answer.starts_with("HTTP/1.1 413 "), "{what}");
                    assert!(answer.contains(word), "{what}");
                }
            }
            // A length that fits no number is refused by the transport, whatever comes.
            for length in ["18446744073709551615", "99999999999999999999999"] {
                let head = "POST /oauth/acme/token HTTP/1.1\r\nHost: a\r\nContent-Length:";
                let answer = exchange(at, &format!("{head} {length}\r\n\r\nx")).await;
                let status = answer.get(..10).unwrap_or_default();
                assert!(status.is_empty() || status == "HTTP/1.1 4", "{framework}: {answer}");
            }
            let hello = Connection::to(at).await.get("/hello").await;
            assert!(hello.ends_with("hello"), "{framework}: {hello}");
        }
    });
}

/// PL-02: what is cut short is no form, and what is left over is none either.
#[test]
fn a_length_that_is_not_true_redeems_nothing() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        let s = Stage { driver: Box::new(Bare(world.server.clone())), world: world.clone() };
        for (framework, at) in drivers::everywhere(&world).await {
            let code = s.direct_code("acme").await;
            let redemption = query(&[
                ("grant_type", "authorize_code"),
                ("code", &code),
                ("redirect_uri", World::REDIRECT),
            ]);
            // Longer than what comes before the end, shorter than what comes, and none of it.
            for length in
                [redemption.len() + 1, redemption.len() + 100_000, redemption.len() - 1, 1, 0]
            {
                let head = "POST /oauth/acme/token/direct HTTP/1.1\r\nHost: a\r\n\
                            Content-Type: application/x-www-form-urlencoded\r\nContent-Length:";
                let answer = exchange(at, &format!("{head} {length}\r\n\r\n{redemption}")).await;
                let what = format!("{framework} {length} of {}: {answer}", redemption.len());
                assert!(!answer.contains(" 200 ") && !answer.contains(" 500 "), "{what}");
            }
            s.redeem("acme", &code).await.tokens();
        }
    });
}
