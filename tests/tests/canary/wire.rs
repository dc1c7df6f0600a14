//! Requests as bytes, and answers likewise: no client library that could write a log of its own.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
};

use grantry_conformance::query;

/// What came back: everything, the head included.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub whole: String,
}

impl Answer {
    /// A member of a JSON body.
    pub fn text(&self, member: &str) -> String {
        let (_, body) = self.whole.split_once("\r\n\r\n").unwrap_or_default();
        let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        body[member].as_str().unwrap_or_default().to_owned()
    }
}

/// A request to be sent.
#[derive(Clone)]
pub struct Request {
    pub method: &'static str,
    pub target: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// A GET with these parameters in its query.
pub fn get(path: &str, parameters: &[(&str, &str)]) -> Request {
    Request {
        method: "GET",
        target: format!("{path}?{}", query(parameters)),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// A POST of a form.
pub fn post(path: &str, parameters: &[(&str, &str)]) -> Request {
    let form = "application/x-www-form-urlencoded".to_owned();
    Request {
        method: "POST",
        target: path.to_owned(),
        headers: vec![("Content-Type", form)],
        body: query(parameters).into_bytes(),
    }
}

impl Request {
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn by(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: id.example.com\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Length: {}\r\nConnection: close\r\n\r\n", self.body.len());
        [head.as_bytes(), &self.body].concat()
    }

    /// Sends it and reads the whole answer.
    pub fn send(&self, to: SocketAddr) -> Answer {
        exchange(to, &self.bytes(), false)
    }

    /// Sends all but the end of it, and hangs up.
    pub fn send_half(&self, to: SocketAddr) -> Answer {
        let bytes = self.bytes();
        exchange(to, &bytes[..bytes.len() - 5], true)
    }
}

/// Sends bytes, says that there are no more if there are none, and reads until the other side closes.
pub fn exchange(to: SocketAddr, bytes: &[u8], end: bool) -> Answer {
    let mut stream = TcpStream::connect(to).unwrap();
    // A server that has read enough may close: what it said before is the answer, and a reset is
    // one as well, of the transport's.
    let _ = stream.write_all(bytes);
    if end {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let whole = String::from_utf8_lossy(&answer).into_owned();
    let status = whole.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, whole }
}
