//! Grants in memory.

use std::sync::Arc;

use bench::{Obliging, World, ask};
use grantry_axum::grantry::Server;

use crate::resident::{bytes, mebibytes};

fn builder() -> grantry_axum::grantry::ServerBuilder {
    Server::builder("https://id.example.com/oauth/{tenant}").users(Arc::new(Obliging))
}

/// Live grants of one user: what a grant shares with others it shares here as well.
pub async fn live(count: usize) -> anyhow::Result<()> {
    let world = World::build(builder()).await?;
    let body = world.form("password") + "&username=alice&password=wonderland&scope=read";
    ask(&world.server, "/oauth/bench/token", body.clone()).await?;
    let before = bytes()?;
    for _ in 0..count {
        ask(&world.server, "/oauth/bench/token", body.clone()).await?;
    }
    let each = (bytes()? - before) / count as u64;
    println!("live grant           {each} bytes, of {count}");
    Ok(())
}

/// Client credentials leave nothing behind.
pub async fn idle(count: usize) -> anyhow::Result<()> {
    let world = World::build(builder()).await?;
    let body = world.form("client_credentials");
    let idle = bytes()?;
    // What is read from disk with the first grants, and what the allocator keeps at hand.
    for _ in 0..1_000 {
        ask(&world.server, "/oauth/bench/token", body.clone()).await?;
    }
    let warm = bytes()?;
    for _ in 0..count {
        ask(&world.server, "/oauth/bench/token", body.clone()).await?;
    }
    let (idle, grown) = (mebibytes(idle), mebibytes(bytes()?.saturating_sub(warm)));
    println!("one idle tenant      {idle:.1} MiB in all");
    println!("growth               {grown:.2} MiB after {count} client_credentials grants");
    Ok(())
}
