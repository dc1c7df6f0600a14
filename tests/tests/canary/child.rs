//! The program as its tests see it: it is started, says where it listens, and everything that it
//! writes is kept.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::canaries::{Canaries, mark};

/// What the program says when it listens, before the addresses.
pub const READY: &str = "the canary program listens at ";
/// Before each secret that it drew itself.
pub const DREW: &str = "the canary program drew ";
/// Names the run, and thereby its secrets.
pub const SEED: &str = "GRANTRY_CANARY_SEED";
/// The secret that it takes from its environment.
pub const ENV_SECRET: &str = "GRANTRY_CANARY_SECRET";

/// A running program.
pub struct Running {
    child: Child,
    said: JoinHandle<String>,
    written: JoinHandle<String>,
    /// Where the servers listen, in the order in which the program names them.
    pub at: Vec<SocketAddr>,
    pub seed: String,
    /// The secrets that are known so far.
    pub canaries: Canaries,
}

/// All that it wrote: the log as JSON, then the plain one with what panicked.
pub struct Said {
    pub json: String,
    pub plain: String,
}

impl Running {
    pub fn start() -> Self {
        let seed = format!("{:?}", std::time::Instant::now());
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--ignored", "--exact", "program::serves", "--nocapture"])
            .env(SEED, &seed)
            .env(ENV_SECRET, mark(&seed, "secret of the environment"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut plain = child.stderr.take().unwrap();
        let written = thread::spawn(move || {
            let mut text = Vec::new();
            plain.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut json = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        let said = thread::spawn(move || {
            let (mut all, mut line) = (String::new(), String::new());
            while json.read_line(&mut line).unwrap() > 0 {
                match line.split_once(READY).or_else(|| line.split_once(DREW)) {
                    // The only words of the program in which its secrets are: they are for us.
                    Some(_) => tell.send(line.clone()).unwrap(),
                    None => all += &line,
                }
                line.clear();
            }
            all
        });
        let (mut at, mut canaries) = (Vec::new(), Canaries::default());
        // The end of the channel, where the program ends before it is ready.
        for line in told {
            if let Some((_, addresses)) = line.split_once(READY) {
                at = addresses.split_whitespace().map(|at| at.parse().unwrap()).collect();
                break;
            }
            let (name, secret) = line.split_once(DREW).unwrap().1.split_once(": ").unwrap();
            canaries.add(name, &STANDARD.decode(secret.trim_end()).unwrap());
        }
        Self { child, said, written, at, seed, canaries }
    }

    /// A secret of this run, which is looked for from now on.
    pub fn secret(&mut self, name: &str) -> String {
        let secret = mark(&self.seed, name);
        self.canaries.add(name, secret.as_bytes());
        secret
    }

    /// Lets the program come to its end.
    pub fn end(mut self) -> (Said, Canaries) {
        drop(self.child.stdin.take());
        let (json, plain) = (self.said.join().unwrap(), self.written.join().unwrap());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}: {}", &plain[plain.len().saturating_sub(9000)..]);
        (Said { json, plain }, self.canaries)
    }
}
