//! This program once more, as another process on the same file.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

/// Which file.
const FILE: &str = "GRANTRY_TEST_FILE";

/// The file of this process, which is a child.
pub fn file() -> String {
    env::var(FILE).unwrap()
}

/// A child: it is killed when this is dropped, unless it has ended.
pub struct Process {
    child: Child,
    pub asks: Option<ChildStdin>,
    pub says: BufReader<ChildStdout>,
}

impl Process {
    /// Runs the test of this name, which is none, on this file.
    pub fn start(name: &str, file: &Path) -> Self {
        Self::spawn(Command::new(env::current_exe().unwrap()), name, file)
    }

    /// The same on a disk that fails: of each thread's calls that wait for it, those of these numbers are
    /// errors of the disk, as strace writes it.
    pub fn on_a_failing_disk(numbers: &str, name: &str, file: &Path) -> Self {
        let there = Command::new("strace").arg("-V").output();
        there.expect("these tests need strace: on Debian, apt-get install strace");
        let mut strace = Command::new("strace");
        // It watches from beside, so that whom we kill is the process itself.
        strace.args(["-D", "-f", "-qqq", "--seccomp-bpf", "-o", "/dev/null"]);
        strace.args(["-e", "trace=fsync,fdatasync", "-e"]);
        strace.arg(format!("inject=fsync,fdatasync:error=EIO:when={numbers}"));
        strace.arg(env::current_exe().unwrap());
        Self::spawn(strace, name, file)
    }

    fn spawn(mut program: Command, name: &str, file: &Path) -> Self {
        let mut child = program
            .args(["--ignored", "--exact", name, "--nocapture", "--test-threads=1"])
            .env(FILE, file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        Self { asks: child.stdin.take(), says, child }
    }

    /// The next line that begins so, without that.
    pub fn hears(&mut self, begin: &str) -> String {
        let mut line = String::new();
        loop {
            assert_ne!(self.says.read_line(&mut line).unwrap(), 0, "it ended before {begin:?}");
            // The harness writes the name of the test on the line of its first word.
            if let Some((_, rest)) = line.split_once(begin) {
                return rest.trim_end().to_owned();
            }
            line.clear();
        }
    }

    /// The next line.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.says.read_line(&mut line).unwrap(), 0, "it ended");
        line.trim_end().to_owned()
    }

    pub fn ask(&mut self, line: &str) {
        writeln!(self.asks.as_mut().unwrap(), "{line}").unwrap();
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Lets it come to its end.
    pub fn end(mut self) {
        drop(self.asks.take());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
