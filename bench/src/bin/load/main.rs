//! Grants over HTTP: the CPU time of one request, beside a bare route of the same framework in the same
//! process and the signature alone.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the person at the terminal reads it")]

mod client;
mod drive;
mod serve;
mod server;

use std::time::Duration;

use bench::{Floor, clock};
use clap::{Parser, Subcommand};
use drive::Load;
use serve::Framework;
use server::{Pages, Server};

/// Needs `taskset` and two cores.
#[derive(Debug, Parser)]
struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Serves until it is killed; what `run` starts on a core of its own
    Serve {
        framework: Framework,
        /// Tenants beside the first
        #[arg(long, value_name = "N", default_value_t = 0)]
        tenants: usize,
    },
    /// Measures: servers on core 0, who asks on core 1
    Run {
        /// How often servers are started: one and the same program is a few percent faster or slower, as it
        /// happens to lie in memory. Those of many tenants, which take a minute, are started twice at most
        #[arg(long, value_name = "N", default_value_t = 4)]
        starts: usize,
        /// Rounds of each; the least of each figure counts. Many and short, since others come and go on a machine
        #[arg(long, value_name = "N", default_value_t = 10)]
        rounds: usize,
        /// Milliseconds of each load
        #[arg(long, value_name = "N", default_value_t = 500)]
        span: u64,
        /// Tenants of the server that is asked for another one each time
        #[arg(long, value_name = "N", default_value_t = 1_000_000)]
        tenants: usize,
    },
}

/// What is asked for of each framework; the last of axum alone.
const LOADS: [Load; 5] =
    [Load::Bare, Load::Ideal, Load::ClientCredentials, Load::RefreshToken, Load::Code];

fn main() -> anyhow::Result<()> {
    match Args::parse().what {
        What::Serve { framework, tenants } => serve::serve(framework, tenants),
        What::Run { starts, rounds, span, tenants } => {
            let span = Duration::from_millis(span);
            client::pin()?;
            frameworks(starts, rounds, span)?;
            if tenants > 0 {
                println!("\n{tenants} tenants, client_credentials on axum (CPU of one request)");
                println!("                     one of one   one of many         another each time");
                many_tenants(starts.min(2), rounds, span, tenants, Pages::Small)?;
                many_tenants(starts.min(2), rounds, span, tenants, Pages::Huge)?;
            }
            Ok(())
        }
    }
}

fn frameworks(starts: usize, rounds: usize, span: Duration) -> anyhow::Result<()> {
    let mut least = Framework::ALL.map(|_| [f64::MAX; LOADS.len()]);
    let mut signature = f64::MAX;
    let floor = Floor::new()?;
    for _ in 0..starts {
        let mut servers = Vec::new();
        for framework in Framework::ALL {
            servers.push(Server::start(framework, 0, Pages::Small)?);
        }
        // The first round warms up.
        for round in 0..=rounds {
            signature = signature.min(sign(&floor));
            for ((server, least), framework) in servers.iter().zip(&mut least).zip(Framework::ALL) {
                for (load, least) in framework.loads().iter().zip(least) {
                    let cost = drive::drive(server, *load, span, round)?;
                    *least = if round == 0 { *least } else { least.min(cost) };
                }
            }
        }
    }
    println!("signature alone      {signature:.2} µs (EdDSA)");
    println!(
        "CPU of one request   bare route µs    ideal µs   client_credentials µs   refresh_token µs"
    );
    for (framework, [bare, ideal, client, refresh, _]) in Framework::ALL.into_iter().zip(least) {
        let floor = bare + signature;
        let [ideally, one, other] = [ideal, client, refresh].map(|span| span / floor);
        println!(
            "{:<20} {bare:>13.2} {ideal:>6.2} {ideally:>5.3} {client:>17.2} {one:>5.3} \
             {refresh:>12.2} {other:>5.3}",
            framework.name()
        );
    }
    let [[bare, .., code], ..] = least;
    println!("code with PKCE, axum {code:>13.2} {:>5.3}", code / (bare + signature));
    println!(
        "The ratios are over bare route and signature together; the ideal is client credentials"
    );
    println!("without tenants, policy and checks, as a handler of the same framework.");
    Ok(())
}

fn many_tenants(
    starts: usize,
    rounds: usize,
    span: Duration,
    tenants: usize,
    pages: Pages,
) -> anyhow::Result<()> {
    let mut least = [f64::MAX; 3];
    for _ in 0..starts {
        let one = Server::start(Framework::Axum, 0, pages)?;
        let many = Server::start(Framework::Axum, tenants, pages)?;
        let sides = [
            (&one, Load::ClientCredentials),
            (&many, Load::ClientCredentials),
            (&many, Load::AnyTenant(tenants)),
        ];
        for round in 0..=rounds {
            for ((server, load), least) in sides.iter().zip(&mut least) {
                let cost = drive::drive(server, *load, span, round)?;
                *least = if round == 0 { *least } else { least.min(cost) };
            }
        }
    }
    let [alone, hot, random] = least;
    let percent = |of: f64| (of / alone - 1.0) * 100.0;
    println!(
        "{:<20} {alone:>8.2} µs {hot:>8.2} µs, {:+.1} % {random:>9.2} µs, {:+.1} %",
        match pages {
            Pages::Small => "as it comes",
            Pages::Huge => "huge pages",
        },
        percent(hot),
        percent(random)
    );
    Ok(())
}

/// The least CPU time of a signature, in microseconds.
fn sign(floor: &Floor) -> f64 {
    let calls = 20_000;
    let begun = clock::thread();
    let bytes: usize = (0..calls).map(|_| std::hint::black_box(floor.signature())).sum();
    std::hint::black_box(bytes);
    (clock::thread() - begun).as_secs_f64() * 1e6 / f64::from(calls)
}
