//! The three stores side by side: what a code and a refresh token cost each, beside the floor of its engine,
//! and for how long a sweep holds others up. Everything is written for good, as a user's database does.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the person at the terminal reads it")]

mod engine;
mod floor;
mod grants;
mod lanes;
mod rows;
mod sweep;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use engine::Engine;

/// Needs the programs of PostgreSQL, but no server: it starts one of its own.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
    /// Where the databases are made, and deleted again: on the disk that is to be measured
    #[arg(long, global = true, value_name = "FOLDER", default_value_os_t = std::env::temp_dir())]
    folder: PathBuf,
    /// One store instead of all
    #[arg(long, global = true)]
    store: Option<Engine>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Redemptions and refreshes a second, at 1 and 64 clients
    Rates {
        /// Rounds; the best of each figure counts
        #[arg(long, value_name = "N", default_value_t = 5)]
        rounds: usize,
        /// Grants of a round
        #[arg(long, value_name = "N", default_value_t = 4096)]
        grants: usize,
    },
    /// Bytes of a database for each grant
    Bytes {
        #[arg(long, value_name = "N", default_value_t = 100_000)]
        grants: usize,
    },
    /// What requests wait for while a server sweeps what expired
    Sweep {
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        tickets: usize,
    },
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let engines = args.store.map_or(Engine::ALL.to_vec(), |one| vec![one]);
    match args.what {
        What::Rates { .. } => lanes::head(),
        What::Bytes { grants } => println!("bytes for each of {grants} grants"),
        What::Sweep { .. } => sweep::head(),
    }
    for engine in engines {
        match args.what {
            What::Rates { rounds, grants } => {
                rows::rates(engine, &args.folder, rounds, grants).await?;
                grants::rates(engine, &args.folder, rounds, grants).await?;
            }
            What::Bytes { grants } => rows::bytes(engine, &args.folder, grants).await?,
            What::Sweep { tickets } => sweep::measure(engine, &args.folder, tickets).await?,
        }
    }
    Ok(())
}
