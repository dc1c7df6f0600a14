//! What is held in memory, and for how long one insert holds others up.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the person at the terminal reads it")]

mod grants;
mod growth;
mod resident;
mod tenants;

use clap::{Parser, Subcommand};

/// Measures one thing in a process of its own, since nothing that was freed leaves a process for sure.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum What {
    /// Bytes for each live grant
    Grants {
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        count: usize,
    },
    /// What a server with one tenant holds, before and after client credentials grants
    Idle {
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        count: usize,
    },
    /// Bytes for each tenant with one client and parsed keys, and what many tenants cost a request
    Tenants {
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        count: usize,
    },
    /// The longest insert while the store grows
    Growth {
        #[arg(long, value_name = "N", default_value_t = 10_000_000)]
        count: usize,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Args::parse().what {
        What::Grants { count } => grants::live(count).await,
        What::Idle { count } => grants::idle(count).await,
        What::Tenants { count } => tenants::many(count).await,
        What::Growth { count } => growth::grow(count).await,
    }
}
