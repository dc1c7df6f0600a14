//! A core that never sleeps.

use std::process::{Child, Command, Stdio};

use anyhow::Context;

/// Spins on wrk's core whenever wrk has nothing to do, at idle priority. Whatever a server answers wakes
/// wrk, and on a virtual machine waking a core that sleeps costs the *waker* microseconds, the more often
/// the slower its answers come: a bare route would hardly pay them, and a grant for nearly each request.
#[derive(Debug)]
pub struct Awake(Child);

impl Awake {
    /// Spins until it is dropped.
    ///
    /// # Errors
    /// When util-linux is missing.
    pub fn start() -> anyhow::Result<Self> {
        let spinner = Command::new("chrt")
            .args(["--idle", "0", "taskset", "-c", "1", "sh", "-c", "while :; do :; done"])
            .stdin(Stdio::null())
            .spawn()
            .context("chrt cannot be run: install util-linux")?;
        Ok(Self(spinner))
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        // It has ended if this fails.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
