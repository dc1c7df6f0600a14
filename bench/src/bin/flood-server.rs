//! The server that a flood of passwords comes to: Grantry on axum, on one async worker.

#![forbid(unsafe_code)]

use std::{
    io::{self, Write},
    net::SocketAddr,
    num::NonZeroUsize,
};

use axum::{Router, serve::ListenerExt};
use bench::World;
use clap::Parser;
use grantry_axum::grantry::{HashingPoolConfig, Server};
use tokio::{net::TcpListener, signal};

/// Serves one tenant with many users. Prints its token endpoint and a client's secret, then
/// `listening`, and serves until Ctrl-C.
#[derive(Debug, Parser)]
struct Args {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// How many users there are: user-0 and so on
    #[arg(long, value_name = "N", default_value_t = 512)]
    users: u32,
    /// How many threads hash passwords
    #[arg(long, value_name = "N", default_value_t = NonZeroUsize::MIN)]
    threads: NonZeroUsize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let listener = TcpListener::bind(args.listen).await?;
    let origin = format!("http://{}", listener.local_addr()?);

    let mut hashing = HashingPoolConfig::default();
    hashing.threads = args.threads;
    hashing.queue = args.threads.get() * 128;
    // The load is a proxy, so that it can speak for many sources.
    let server = Server::builder(format!("{origin}/oauth/{{tenant}}"))
        .hashing(hashing)
        .trusted_proxies(["127.0.0.1"]);
    let world = World::build(server).await?;
    for n in 0..args.users {
        world.add_user(&format!("user-{n}"), false).await?;
    }

    let mut out = io::stdout();
    writeln!(out, "url {origin}/oauth/bench/token\nsecret {}", world.secret.expose())?;
    writeln!(out, "listening")?;
    let app: Router = grantry_axum::router(&world.server);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async {
            signal::ctrl_c().await.ok();
        })
        .await?;
    world.server.close().await;
    Ok(())
}
