//! PL-04: a request is hidden where one reader sees the body of another and a second reader sees the
//! next request. In front of us the first may be a proxy that has checked what it saw.

use grantry::MemoryStore;
use grantry_conformance::{Bare, Stage, World, exchange, query, run};

use crate::drivers;

/// Ways to say how long a body is so that readers disagree. `{N}` stands for the length of
/// what follows the head, `{X}` for the same in hexadecimal digits.
const FRAMINGS: [&str; 29] = [
    "Content-Length: {N}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: {N}\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: gzip, chunked\r\nContent-Length: {N}\r\n\r\n0\r\n\r\n",
    "Transfer-Encoding: identity\r\nContent-Length: {N}\r\n\r\n",
    "Transfer-Encoding: xchunked\r\nContent-Length: {N}\r\n\r\n",
    "Transfer-Encoding:\tchunked\r\nContent-Length: {N}\r\n\r\n",
    "Transfer-Encoding: \u{b}chunked\r\nContent-Length: {N}\r\n\r\n",
    "Transfer-Encoding : chunked\r\nContent-Length: {N}\r\n\r\n",
    "Transfer-Encoding:\r\n chunked\r\nContent-Length: {N}\r\n\r\n",
    "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: {N}\r\n\r\n",
    "Content-Length: {N}, {N}\r\n\r\n",
    "Content-Length: {N}\r\nContent-Length: {N}\r\n\r\n",
    "Content-Length: 0\r\nContent-Length: {N}\r\n\r\n",
    "Content-Length: +{N}\r\n\r\n",
    "Content-Length: -0\r\n\r\n",
    "Content-Length: 0x{X}\r\n\r\n",
    "Content-Length: \r\n\r\n",
    "Content-Length: {N}\nX: y\n\n",
    "X: y\nContent-Length: {N}\r\n\r\n",
    "X: y\rContent-Length: {N}\r\n\r\n",
    "X: y\0Content-Length: {N}\r\n\r\n",
    "Host: b\r\nContent-Length: {N}\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n{X};x\n",
    "Transfer-Encoding: chunked\r\n\r\n0x{X}\r\n",
    "Transfer-Encoding: chunked\r\n\r\n+{X}\r\n",
    "Transfer-Encoding: chunked\r\n\r\n1000000000000000{X}\r\n",
    "Transfer-Encoding: chunked\n\n{X}\n",
];

/// The hidden request would use up a code. It is not run: the bytes are one request, which is
/// refused, and the connection is closed.
#[test]
fn pl_04_no_bytes_are_two_requests_to_two_readers() {
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
            let hidden = format!("GET /oauth/acme/token?{redemption} HTTP/1.1\r\nHost: a\r\n\r\n");
            for framing in FRAMINGS {
                let length = hidden.len();
                let hex = format!("{length:x}");
                let framing = framing.replace("{N}", &length.to_string()).replace("{X}", &hex);
                let head = "POST /oauth/acme/token HTTP/1.1\r\nHost: a\r\n\
                            Content-Type: application/x-www-form-urlencoded\r\n";
                let answer = exchange(at, &format!("{head}{framing}{hidden}")).await;
                let what = format!("{framework} {framing:?}: {answer}");
                let answers = answer.matches("HTTP/1.1 ").count();
                assert!(answers <= 1, "{what}");
                assert!(answers == 0 || answer.starts_with("HTTP/1.1 4"), "{what}");
            }
            s.redeem("acme", &code).await.tokens();
        }
    });
}
