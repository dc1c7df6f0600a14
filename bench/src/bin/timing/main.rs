//! Whether the time that a refused sign-in takes tells why it was refused.
//!
//! The server is called in this process: an attacker sees the same times through a network, which
//! only blurs them, so what is not seen here is not seen there.

#![forbid(unsafe_code)]

mod class;
mod report;
mod samples;
mod welch;

use std::{
    io,
    num::NonZeroUsize,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::ensure;
use bench::{Chance, World, source};
use clap::Parser;
use class::{Class, Surface};
use grantry_axum::grantry::{HashingPoolConfig, Server};
use samples::Samples;

/// Measures refused sign-ins of five classes in random order, one after another, and compares each
/// two classes. Fails where two differ, |t| at 4.5 or more.
#[derive(Debug, Parser)]
struct Args {
    /// How many of each class are measured
    #[arg(long, value_name = "N", default_value_t = 2000)]
    samples: u32,
    /// How many of each class go before, and are not looked at
    #[arg(long, value_name = "N", default_value_t = 50)]
    warm_up: u32,
    /// Where the passwords are sent
    #[arg(long, value_enum, default_value_t = Surface::Standard)]
    surface: Surface,
    /// Decides the order
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Keeps every sample in a file: class and nanoseconds, in the order of measurement
    #[arg(long, value_name = "FILE")]
    out: Option<std::path::PathBuf>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let world = build(args.samples + args.warm_up).await?;
    let mut chance = Chance::new(args.seed);
    let all = args.warm_up + args.samples;
    run(&world.server, args.surface, order(0..args.warm_up, &mut chance)).await?;
    let samples = run(&world.server, args.surface, order(args.warm_up..all, &mut chance)).await?;
    if let Some(file) = args.out {
        samples.write(&mut io::BufWriter::new(std::fs::File::create(file)?))?;
    }
    let differ = report::print(&samples, &mut io::stdout())?;
    Ok(if differ { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A server with one hashing thread, and as many users as there are samples of each class: nobody
/// is asked for twice.
async fn build(users: u32) -> anyhow::Result<World> {
    let mut hashing = HashingPoolConfig::default();
    hashing.threads = NonZeroUsize::MIN;
    hashing.deadline = Duration::from_secs(60);
    let world = World::build(Server::builder(class::ISSUER).hashing(hashing)).await?;
    world.demand_current_hash().await?;
    for class in Class::ALL {
        for n in 0..users {
            if let Some(disabled) = class.has_user() {
                world.add_user(&class.username(n), disabled).await?;
            }
        }
    }
    Ok(world)
}

fn order(numbers: std::ops::Range<u32>, chance: &mut Chance) -> Vec<(Class, u32)> {
    let all = Class::ALL.into_iter();
    let mut order: Vec<_> =
        all.flat_map(|class| numbers.clone().map(move |n| (class, n))).collect();
    chance.shuffle(&mut order);
    order
}

/// Signs in one after another. Every answer must be the refusal, and no other: who is told to wait
/// was not hashed for.
async fn run(
    server: &Server,
    surface: Surface,
    order: Vec<(Class, u32)>,
) -> anyhow::Result<Samples> {
    let mut samples = Samples::default();
    for (class, n) in order {
        let from = source(n * Class::ALL.len() as u32 + class as u32);
        let request = class.request(surface, n, from)?;
        let begun = Instant::now();
        let response = server.handle(request).await;
        samples.push(class, begun.elapsed());
        let (got, refused) = (response.status(), surface.refused());
        ensure!(got == refused, "{} {n} was answered {got} and not {refused}", class.name());
    }
    Ok(samples)
}
