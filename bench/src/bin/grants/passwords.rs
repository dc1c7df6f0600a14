//! How many passwords one thread gets through, beside the hash alone.

use std::{
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use anyhow::Context;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use bench::{PASSWORD, World, ask, clock};
use futures_util::{StreamExt, stream};
use grantry_axum::grantry::{HashingPoolConfig, Server};

/// So many wait for the hashing thread at any time.
const AT_ONCE: usize = 8;
/// Rounds; the least of each side counts.
const ROUNDS: usize = 5;

/// Password grants by one hashing thread, and as many raw hashes, in turns.
pub async fn compare(passwords: usize) -> anyhow::Result<()> {
    if passwords == 0 {
        return Ok(());
    }
    let mut hashing = HashingPoolConfig::default();
    hashing.threads = NonZeroUsize::MIN;
    hashing.deadline = Duration::from_secs(600);
    let builder = Server::builder("https://id.example.com/oauth/{tenant}").hashing(hashing);
    let world = World::build(builder).await?;
    world.demand_current_hash().await?;
    world.add_user("alice", false).await?;
    let mut least = [[f64::MAX; 2]; 2];
    for _ in 0..ROUNDS {
        for (side, least) in least.iter_mut().enumerate() {
            let (cpu, begun) = (clock::process(), Instant::now());
            match side {
                0 => sign_in(&world, passwords).await?,
                _ => hash(passwords)?,
            }
            let spans = [clock::process() - cpu, begun.elapsed()];
            for (least, span) in least.iter_mut().zip(spans) {
                *least = least.min(span.as_secs_f64() * 1e3 / passwords as f64);
            }
        }
    }
    let [ours, raw] = least;
    println!(
        "\npassword grants by one hashing thread, beside argon2id alone (ms each, least of rounds)"
    );
    for (what, ours, raw) in [("CPU", ours[0], raw[0]), ("time", ours[1], raw[1])] {
        println!("{what:<20} {ours:>10.2} {raw:>10.2} {:>7.3} of the raw rate", raw / ours);
    }
    Ok(())
}

async fn sign_in(world: &World, passwords: usize) -> anyhow::Result<()> {
    let body = world.form("password") + "&username=alice&password=" + PASSWORD;
    let all = stream::iter(0..passwords)
        .map(|_| async { ask(&world.server, "/oauth/bench/token", body.clone()).await.map(drop) });
    let all: Vec<_> = all.buffer_unordered(AT_ONCE).collect().await;
    all.into_iter().collect()
}

fn hash(passwords: usize) -> anyhow::Result<()> {
    let params = Params::new(19_456, 2, 1, None).ok().context("parameters")?;
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut output = [0; 32];
    for _ in 0..passwords {
        let (password, salt) = (PASSWORD.as_bytes(), b"one for bench...");
        let made = argon2.hash_password_into_with_memory(password, salt, &mut output, &mut memory);
        made.ok().context("a hash")?;
    }
    Ok(())
}
