//! An example application that runs.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, bail};

use crate::command;

/// How long it may take to begin, and to end.
pub const LIMIT: Duration = Duration::from_secs(60);

/// An application, and what it printed at its start. Killed when dropped.
pub struct App {
    child: Child,
    page: Vec<String>,
    origin: String,
}

impl App {
    /// Starts it on a free port, with these arguments and variables, and waits until it listens. Its rows
    /// are in memory, unless an argument says where they are.
    ///
    /// # Errors
    /// When it ends before, or takes too long.
    pub fn start(program: &Path, args: &[&OsStr], env: &[(&str, &str)]) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0"]).args(args).envs(env.iter().copied());
        if !args.contains(&OsStr::new("--database")) {
            command.args(["--database", "memory"]);
        }
        let command = command.stdout(Stdio::piped());
        let mut app = Self { child: command.spawn()?, page: Vec::new(), origin: String::new() };
        let stdout = app.child.stdout.take().context("it has no stdout")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            // To the end, so that the application never writes into a closed pipe.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        loop {
            let line = lines.recv_timeout(LIMIT);
            let line =
                line.context("it ended, or fell silent, before it printed `Listening on`")?;
            if let Some(origin) = line.strip_prefix("Listening on ") {
                app.origin = origin.to_owned();
                return Ok(app);
            }
            app.page.push(line);
        }
    }

    /// What it printed before `Listening on`.
    pub fn page(&self) -> &[String] {
        &self.page
    }

    /// Where it listens, as a URL.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Ends it as Ctrl-C does.
    ///
    /// # Errors
    /// When it does not end, or not well.
    pub fn stop(mut self) -> anyhow::Result<()> {
        let interrupt = ["-c", r#"kill -INT "$0""#, &self.child.id().to_string()];
        command::run(Command::new("sh").args(interrupt))?;
        let status = command::wait(&mut self.child, LIMIT).context("after Ctrl-C")?;
        if !status.success() {
            bail!("it did not end well after Ctrl-C: {status}");
        }
        Ok(())
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // Where it has ended already, there is nothing to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
