//! A server in a process of its own.

use std::{
    cell::RefCell,
    collections::HashMap,
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
};

use anyhow::Context;

use crate::serve::Framework;

/// Killed when dropped.
pub struct Server {
    child: Child,
    /// Where it listens: `http://127.0.0.1:…`.
    pub origin: String,
    /// The secret of every tenant's client.
    pub secret: String,
    /// Refresh tokens that can be used.
    pub tokens: RefCell<Vec<String>>,
}

/// The pages of memory that the allocator of a server asks for.
#[derive(Clone, Copy)]
pub enum Pages {
    Small,
    Huge,
}

impl Pages {
    fn tunables(self) -> &'static str {
        match self {
            Self::Small => "",
            Self::Huge => "glibc.malloc.hugetlb=1",
        }
    }
}

/// CPU time of each thread, in nanoseconds.
pub type Threads = HashMap<String, u64>;

impl Server {
    /// Starts it on core 0.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(framework: Framework, tenants: usize, pages: Pages) -> anyhow::Result<Self> {
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(env::current_exe()?)
            .args(["serve", framework.name(), "--tenants", &tenants.to_string()])
            .env("GLIBC_TUNABLES", pages.tunables())
            .stdout(Stdio::piped())
            .spawn()
            .context("taskset cannot be run: install util-linux")?;
        let stdout = child.stdout.take().context("no stdout")?;
        let (secret, tokens) = (String::new(), RefCell::default());
        let mut server = Self { child, origin: String::new(), secret, tokens };
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            match line.split_once(' ') {
                Some(("secret", secret)) => secret.clone_into(&mut server.secret),
                Some(("token", token)) => server.tokens.get_mut().push(token.to_owned()),
                Some(("listening", origin)) => {
                    origin.clone_into(&mut server.origin);
                    return Ok(server);
                }
                _ => {}
            }
        }
        anyhow::bail!("the server ended before it listened");
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When it said something else.
    pub fn at(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.origin.strip_prefix("http://").context("an origin")?.parse()?)
    }

    /// New codes, one to a line.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn codes(&self) -> anyhow::Result<String> {
        let mut stream = TcpStream::connect(self.at()?)?;
        stream.write_all(b"GET /codes HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, codes) = answer.split_once("\r\n\r\n").context("an answer")?;
        Ok(codes.to_owned())
    }

    /// What each thread has used so far.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<Threads> {
        let mut threads = Threads::new();
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let task = task?;
            let name = task.file_name().to_string_lossy().into_owned();
            let text = fs::read_to_string(task.path().join("schedstat"))?;
            threads.insert(name, text.split(' ').next().unwrap_or_default().parse()?);
        }
        Ok(threads)
    }

    /// What has been used since, in nanoseconds. A thread that has ended takes its past along, and had nothing to do.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu_since(&self, before: &Threads) -> anyhow::Result<u64> {
        let now = self.cpu()?;
        Ok(now
            .iter()
            .map(|(name, span)| span.saturating_sub(*before.get(name).unwrap_or(&0)))
            .sum())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it has ended already, there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
