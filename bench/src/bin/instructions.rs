//! Instructions of one call of each grant, beside its floor: the same whatever else the machine does.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the person at the terminal reads it")]

use std::{env, process::Command};

use anyhow::Context;

const GRANTS: [&str; 6] = [
    "client_credentials",
    "refresh_token",
    "password",
    "redemption",
    "authorization_code",
    "code_pkce",
];
/// What is counted is the difference, so that the start costs nothing: it waits for chance, which takes a
/// million instructions more or less.
const CALLS: [u64; 2] = [100, 4_100];

fn main() -> anyhow::Result<()> {
    println!("{:<22} {:>9} {:>9} {:>7}", "instructions of a call", "ours", "floor", "ratio");
    let signature = count("unsigned", true)?;
    let mut signed = 0;
    for grant in GRANTS {
        let (ours, floor) = (count(grant, false)?, count(grant, true)?);
        if grant == "client_credentials" {
            signed = ours;
        }
        println!("{grant:<22} {ours:>9} {floor:>9} {:>7.3}", ratio(ours, floor));
    }
    // What the signature adds to a grant, beside the signature alone.
    let step = signed.saturating_sub(count("unsigned", false)?);
    println!("{:<22} {step:>9} {signature:>9} {:>7.3}", "signing", ratio(step, signature));
    Ok(())
}

fn ratio(ours: u64, floor: u64) -> f64 {
    ours as f64 / floor as f64
}

fn count(grant: &str, floor: bool) -> anyhow::Result<u64> {
    let [few, many] = CALLS;
    let span = run(grant, floor, many)?.saturating_sub(run(grant, floor, few)?);
    Ok(span / (many - few))
}

fn run(grant: &str, floor: bool, calls: u64) -> anyhow::Result<u64> {
    let grants = env::current_exe()?.with_file_name("grants");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(grants)
        .args(["--count", grant, "--calls", &calls.to_string()])
        .args(floor.then_some("--floor"))
        .output()
        .context("valgrind cannot be run: install it")?;
    let said = String::from_utf8_lossy(&output.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let (_, instructions) =
        collected.with_context(|| format!("valgrind counted nothing: {said}"))?;
    Ok(instructions.trim().parse()?)
}
