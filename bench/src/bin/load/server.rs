//! A server in a process of its own.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::PathBuf,
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
    /// A file of refresh tokens.
    pub tokens: PathBuf,
}

impl Server {
    /// Starts it on core 0.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(framework: Framework, tenants: usize) -> anyhow::Result<Self> {
        let file = format!("grantry-load-{}-{}-{tenants}", std::process::id(), framework.name());
        let tokens = env::temp_dir().join(file);
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(env::current_exe()?)
            .args(["serve", framework.name(), "--tenants", &tenants.to_string(), "--tokens"])
            .arg(&tokens)
            .stdout(Stdio::piped())
            .spawn()
            .context("taskset cannot be run: install util-linux")?;
        let stdout = child.stdout.take().context("no stdout")?;
        let mut server = Self { child, origin: String::new(), secret: String::new(), tokens };
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            match line.split_once(' ') {
                Some(("secret", secret)) => secret.clone_into(&mut server.secret),
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

    /// CPU time so far, in nanoseconds, of all its threads.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<u64> {
        let mut sum = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            sum += text.split(' ').next().unwrap_or_default().parse::<u64>()?;
        }
        Ok(sum)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where it has ended already, there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.tokens);
    }
}
