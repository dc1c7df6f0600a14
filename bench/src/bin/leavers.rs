//! Clients that send a password and leave before it can be looked at; then one that stays.

#![forbid(unsafe_code)]

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    io::{self, Write},
    net::SocketAddr,
    time::Duration,
};

use anyhow::Context;
use bench::{PASSWORD, WRONG, source};
use clap::Parser;
use futures_util::future::try_join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep_until, timeout_at},
};

/// Floods a `flood-server` with clients that leave early. Prints how many left and what the others
/// were answered, and then how long one right password takes.
#[derive(Clone, Copy, Debug, Parser)]
struct Args {
    /// Where the server listens
    address: SocketAddr,
    /// How many clients there are at once
    #[arg(long, value_name = "N", default_value_t = 64)]
    connections: usize,
    /// How long a client waits for its answer
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 50)]
    patience: u64,
    /// How long the flood lasts
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    seconds: u64,
    /// How many users the server has
    #[arg(long, value_name = "N", default_value_t = 512)]
    users: u32,
}

/// How often each thing happened: the status, or none for a client that left.
type Counts = BTreeMap<Option<u16>, u64>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let counts = flood(args).await?;
    let mut out = io::stdout();
    for (status, count) in &counts {
        match status {
            Some(status) => writeln!(out, "answered {status}: {count}")?,
            None => writeln!(out, "left after {} ms: {count}", args.patience)?,
        }
    }
    let begun = Instant::now();
    let status = sign_in(args.address, "user-0", PASSWORD, u32::MAX).await?;
    let took = begun.elapsed().as_millis();
    writeln!(out, "right after it, a right password: {status} in {took} ms")?;
    anyhow::ensure!(status == 200, "the server did not recover");
    Ok(())
}

async fn flood(args: Args) -> anyhow::Result<Counts> {
    let end = Instant::now() + Duration::from_secs(args.seconds);
    let (sent, counts) = (Cell::new(0), RefCell::new(Counts::new()));
    let client = async || {
        while Instant::now() < end {
            let n = sent.replace(sent.get() + 1);
            let name = format!("user-{}", n % args.users);
            let password = if n % 2 == 0 { WRONG } else { PASSWORD };
            // Whoever is answered stays as long as the others: no more passwords come for it.
            let patience = Instant::now() + Duration::from_millis(args.patience);
            let answer = timeout_at(patience, sign_in(args.address, &name, password, n)).await;
            sleep_until(patience).await;
            *counts.borrow_mut().entry(answer.ok().transpose()?).or_default() += 1;
        }
        anyhow::Ok(())
    };
    try_join_all((0..args.connections).map(|_| client())).await?;
    Ok(counts.into_inner())
}

/// Sends one password on a connection of its own, and reads the status.
async fn sign_in(to: SocketAddr, name: &str, password: &str, n: u32) -> anyhow::Result<u16> {
    let body = format!("grant_type=password&client_id=app&username={name}&password={password}");
    let request = format!(
        "POST /oauth/bench/token HTTP/1.1\r\nhost: {to}\r\nx-forwarded-for: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        source(n),
        body.len(),
    );
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(request.as_bytes()).await?;
    // "HTTP/1.1 200"
    let mut head = [0; 12];
    stream.read_exact(&mut head).await?;
    let status = head[9..].escape_ascii().to_string();
    status.parse().with_context(|| format!("{status} is no status"))
}
