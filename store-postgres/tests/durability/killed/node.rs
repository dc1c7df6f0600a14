//! A process that is a node, and the line to it: one request and one answer on a line each.

use std::{
    env,
    process::{Child, Command, Stdio},
    sync::Mutex,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use grantry::Server;
use grantry_conformance::World;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::super::world::{soon, store};

const ISSUER: &str = "https://id.example.com/oauth/{tenant}";
/// What the process prints before its port.
const HERE: &str = "a node listens on ";

/// Another process of this program, which does nothing but serve.
pub struct Node {
    port: u16,
    child: Mutex<Child>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u64,
    pub retry_after: bool,
    pub body: Value,
}

impl Node {
    /// Starts a node on this database; `test` is the one that serves where it is told to.
    pub async fn start(url: &str, test: &str) -> Self {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", &format!("killed::{test}"), "--nocapture", "--test-threads=1"]);
        command.env(super::NODE, url).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stdout = tokio::process::ChildStdout::from_std(child.stdout.take().unwrap()).unwrap();
        let mut lines = BufReader::new(stdout).lines();
        let port = soon(async {
            loop {
                let line = lines.next_line().await.unwrap().expect("a node that listens");
                if let Some((_, port)) = line.split_once(HERE) {
                    break port.parse().unwrap();
                }
            }
        })
        .await;
        Self { port, child: Mutex::new(child) }
    }

    /// By SIGKILL.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// One request. Nothing where the node ended before it answered.
    pub async fn post(
        &self,
        path: &str,
        secret: &str,
        parameters: &[(&str, &str)],
    ) -> Option<Answer> {
        let basic = STANDARD.encode(format!("app:{secret}"));
        let request = json!({
            "path": format!("/oauth/acme/{path}"),
            "basic": if secret.is_empty() { Value::Null } else { basic.into() },
            "body": grantry_conformance::query(parameters),
        });
        let mut line = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        line.write_all(format!("{request}\n").as_bytes()).await.ok()?;
        let answer = BufReader::new(line).lines().next_line().await.ok()??;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let (status, retry_after) = (answer["status"].as_u64().unwrap(), answer["retry"] == true);
        Some(Answer { status, retry_after, body: answer["body"].clone() })
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Serves until somebody kills this.
#[expect(clippy::print_stdout, reason = "whoever started this waits for its port")]
pub fn serve(url: &str) {
    super::runtime().block_on(async {
        let server = server(url).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("\n{HERE}{}", listener.local_addr().unwrap().port());
        loop {
            let (line, _) = listener.accept().await.unwrap();
            tokio::spawn(answer(server.clone(), line));
        }
    });
}

/// The server of every node.
pub async fn server(url: &str) -> Server {
    let server = Server::builder(ISSUER).store(store(url, "grantry").await);
    server.master_key(World::master_key()).build().await.unwrap()
}

async fn answer(server: Server, line: TcpStream) -> Option<()> {
    let (from, mut to) = line.into_split();
    let request = BufReader::new(from).lines().next_line().await.ok()??;
    let request: Value = serde_json::from_str(&request).ok()?;
    let mut sent = http::Request::post(request["path"].as_str()?)
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(basic) = request["basic"].as_str() {
        sent = sent.header("authorization", format!("Basic {basic}"));
    }
    let answer = server.handle(sent.body(request["body"].as_str()?.to_owned().into()).ok()?).await;
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let retry = answer.headers().contains_key("retry-after");
    let answer = json!({ "status": answer.status().as_u16(), "retry": retry, "body": body });
    to.write_all(format!("{answer}\n").as_bytes()).await.ok()
}
