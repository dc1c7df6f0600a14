//! What the tasks do, in which order.

use std::{env, num::NonZeroUsize, thread, time::Instant};

use crate::{clients, command, crates, examples, postgres, say, tools};

/// `cargo xtask test`: every step.
///
/// # Errors
/// The first step that failed.
pub fn test() -> anyhow::Result<()> {
    tools::component("rustfmt", "fmt")?;
    step("Format", &["fmt", "--all", "--check"], &[])?;
    tools::component("clippy", "clippy")?;
    let deny = ["--", "-D", "warnings"];
    let all = ["clippy", "--workspace", "--all-targets", "--all-features"];
    step("Lints", &[&all[..], &deny].concat(), &[])?;
    let plain = ["clippy", "--package", "grantry", "--all-targets"];
    step("Lints without features", &[&plain[..], &deny].concat(), &[])?;
    crates::check()?;
    let strict = [("RUSTDOCFLAGS", "-D warnings")];
    step("Documentation", &["doc", "--workspace", "--no-deps", "--all-features"], &strict)?;
    tools::debian("strace", "strace")?;
    let tests = ["test", "--workspace", "--all-features"];
    let threads = threads();
    postgres::with(|name, url| {
        step("Tests", &tests, &[(name, url), ("RUST_TEST_THREADS", &threads)])
    })?;
    examples()?;
    clients(None, None)?;
    browser(None)?;
    say("\n== Everything holds");
    Ok(())
}

/// `cargo xtask examples`: one of its last steps.
///
/// # Errors
/// The first thing that is not as expected.
pub fn examples() -> anyhow::Result<()> {
    say("\n== Examples: their own curl lines");
    tools::debian("curl", "curl")?;
    examples::check()
}

/// `cargo xtask clients`: all, or those that are named.
///
/// # Errors
/// The first thing that is not as expected.
pub fn clients(app: Option<&str>, client: Option<&str>) -> anyhow::Result<()> {
    say("\n== Clients: libraries of others against the examples");
    clients::check(app, client)
}

/// `cargo xtask browser`: against all examples, or the one that is named.
///
/// # Errors
/// The first thing that is not as expected.
pub fn browser(app: Option<&str>) -> anyhow::Result<()> {
    say("\n== Browser: Chromium against the examples");
    tools::debian("chromium", "chromium")?;
    clients::browse(app)
}

/// `cargo xtask mutants`: by `.cargo/mutants.toml`, with what the caller adds.
///
/// # Errors
/// When a mutant survives, or the tests fail without one.
pub fn mutants(options: &[String]) -> anyhow::Result<()> {
    tools::program("cargo-mutants", "mutants")?;
    let options = options.iter().map(String::as_str);
    let args: Vec<_> = ["mutants"].into_iter().chain(options).collect();
    step("Mutants", &args, &[])
}

/// Two tests for each core, since many wait for disks, sockets and passwords; or as the caller has it.
fn threads() -> String {
    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    env::var("RUST_TEST_THREADS").unwrap_or_else(|_| (2 * cores).to_string())
}

fn step(name: &str, args: &[&str], env: &[(&str, &str)]) -> anyhow::Result<()> {
    say(&format!("\n== {name}: cargo {}", args.join(" ")));
    let start = Instant::now();
    command::run(command::cargo().args(args).envs(env.iter().copied()))?;
    say(&format!("== {name}: {} s", start.elapsed().as_secs()));
    Ok(())
}
