//! A client that never sleeps. A server's answer wakes whoever waits for it, and on a virtual machine waking
//! another core may cost the *waker* microseconds, the more often the slower its answers come: a bare route would
//! hardly pay them, and a grant for nearly each request. Nobody waits here: who asks looks, again and again.

use std::{
    io::{ErrorKind, Read, Write},
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use mio::{Events, Interest, Poll, Token, net::TcpStream};
use rustix::thread::{CpuSet, sched_setaffinity};

/// Connections at once.
pub const CONNECTIONS: usize = 64;
/// Where it runs; servers run on the other one.
const CORE: usize = 1;

/// What is asked for, one request after the other.
pub trait Requests {
    /// The next one, whole; none where there are no more.
    fn next(&mut self) -> Option<Vec<u8>>;
    /// What came of one.
    fn answered(&mut self, body: &[u8]);
}

/// Keeps this thread on a core of its own.
///
/// # Errors
/// When the machine has only one.
pub fn pin() -> anyhow::Result<()> {
    let mut core = CpuSet::new();
    core.set(CORE);
    sched_setaffinity(None, &core).context("two cores are needed")
}

/// A client with all its connections.
pub struct Client {
    poll: Poll,
    connections: Vec<Connection>,
}

impl Client {
    /// # Errors
    /// When nobody listens there.
    pub fn connect(to: SocketAddr) -> anyhow::Result<Self> {
        let poll = Poll::new()?;
        let mut connections = Vec::with_capacity(CONNECTIONS);
        for n in 0..CONNECTIONS {
            // Connected before it is looked at.
            let stream = std::net::TcpStream::connect(to)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            let mut stream = TcpStream::from_std(stream);
            poll.registry().register(&mut stream, Token(n), Interest::READABLE)?;
            connections.push(Connection { stream, room: vec![0; 8192], filled: 0 });
        }
        Ok(Self { poll, connections })
    }

    /// Asks for so long, once on each connection at least, or until there is nothing left to ask for, and waits for
    /// the last answers. Returns how many there were.
    ///
    /// # Errors
    /// When one of them is not 200, or the server hangs up.
    pub fn ask(&mut self, requests: &mut dyn Requests, span: Duration) -> anyhow::Result<u64> {
        let until = Instant::now() + span;
        let (mut events, mut answers, mut waiting) = (Events::with_capacity(CONNECTIONS), 0, 0);
        for connection in &mut self.connections {
            let Some(request) = requests.next() else { break };
            connection.send(&request)?;
            waiting += 1;
        }
        while waiting > 0 {
            self.poll.poll(&mut events, Some(Duration::ZERO))?;
            let on = Instant::now() < until;
            for event in &events {
                let connection =
                    self.connections.get_mut(event.token().0).context("a connection")?;
                let Some(body) = connection.receive()? else { continue };
                answers += 1;
                requests.answered(body);
                match on.then(|| requests.next()).flatten() {
                    Some(request) => connection.send(&request)?,
                    None => waiting -= 1,
                }
            }
        }
        Ok(answers)
    }
}

struct Connection {
    stream: TcpStream,
    room: Vec<u8>,
    filled: usize,
}

impl Connection {
    /// Nothing else is on its way then, so that there is room for all of it.
    fn send(&mut self, request: &[u8]) -> anyhow::Result<()> {
        let sent = self.stream.write(request)?;
        ensure!(sent == request.len(), "{sent} of {} bytes were sent", request.len());
        Ok(())
    }

    /// The body of an answer, once all of it is there.
    fn receive(&mut self) -> anyhow::Result<Option<&[u8]>> {
        match self.stream.read(&mut self.room[self.filled..]) {
            Ok(0) => bail!("the server hung up, or its answer is too long"),
            Ok(read) => self.filled += read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let mut headers = [httparse::EMPTY_HEADER; 32];
        let mut answer = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head) = answer.parse(&self.room[..self.filled])? else {
            return Ok(None);
        };
        let length =
            answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
        let length = length.and_then(|header| str::from_utf8(header.value).ok()?.parse().ok());
        let whole = head + length.unwrap_or(0_usize);
        if self.filled < whole {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&self.room[..self.filled]);
        ensure!(answer.code == Some(200), "a bad answer: {text}");
        self.filled = 0;
        Ok(Some(&self.room[head..whole]))
    }
}
