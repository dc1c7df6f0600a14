//! What each grant costs beside its floor, in one process and without HTTP.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the person at the terminal reads it")]

mod cases;
mod passwords;

use bench::{Floor, clock};
use cases::{Case, Ours};
use clap::Parser;

/// Calls each grant through `Server::handle` and its floor in turns, and prints the least CPU time of
/// one call over the rounds.
#[derive(Debug, Parser)]
struct Args {
    /// Rounds; each calls everything once around
    #[arg(long, value_name = "N", default_value_t = 15)]
    rounds: usize,
    /// Calls in each round
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    calls: usize,
    /// Makes so many calls of one grant and prints nothing, for tools that count instructions
    #[arg(long, value_name = "GRANT")]
    count: Option<Case>,
    /// With --count: the floor instead of the grant
    #[arg(long, requires = "count")]
    floor: bool,
    /// Passwords that are hashed for the last line; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 100)]
    passwords: usize,
}

/// Codes that are made for `--count redemption`.
const READY: usize = 5_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let (mut ours, floor) = (Ours::new().await?, Floor::new()?);
    if let Some(case) = args.count {
        // The same however many are counted: what is counted is a difference.
        return if args.floor {
            let ready = cases::ready(&floor, case, READY)?;
            cases::floor(&floor, case, args.calls, &ready)
        } else {
            ours.prepare(case, READY).await?;
            ours.call(case, args.calls).await
        };
    }
    println!("{:<20} {:>10} {:>10} {:>7}", "CPU of one call", "ours µs", "floor µs", "ratio");
    let mut least = [[f64::MAX; 2]; Case::ALL.len()];
    for _ in 0..args.rounds {
        for (case, least) in Case::ALL.into_iter().zip(&mut least) {
            ours.prepare(case, args.calls).await?;
            let ready = cases::ready(&floor, case, args.calls)?;
            let begun = clock::thread();
            ours.call(case, args.calls).await?;
            let between = clock::thread();
            cases::floor(&floor, case, args.calls, &ready)?;
            let spans = [between - begun, clock::thread() - between];
            for (least, span) in least.iter_mut().zip(spans) {
                *least = least.min(span.as_secs_f64() * 1e6 / args.calls as f64);
            }
        }
    }
    let whole = least[0][0];
    for (case, [ours, floor]) in Case::ALL.into_iter().zip(least) {
        // What the signature adds to a grant, beside the signature alone.
        let (name, ours) = match case {
            Case::Unsigned => ("signing", whole - ours),
            _ => (case.name(), ours),
        };
        println!("{name:<20} {ours:>10.2} {floor:>10.2} {:>7.3}", ours / floor);
    }
    passwords::compare(args.passwords).await
}
