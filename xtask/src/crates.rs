//! `cargo xtask crates`: how many crates a user compiles with each part.

use std::{collections::BTreeSet, fs, process::Command};

use anyhow::{Context, bail};

use crate::{command, say};

/// What a user adds to an application, and how cargo is asked for it.
const PARTS: [(&str, &[&str]); 10] = [
    ("`grantry`", &["grantry"]),
    ("`grantry`, feature `provision`", &["grantry", "--features", "provision"]),
    ("`grantry`, feature `tracing`", &["grantry", "--features", "tracing"]),
    ("`grantry-axum`", &["grantry-axum"]),
    ("`grantry-actix`", &["grantry-actix"]),
    ("`grantry-warp`", &["grantry-warp"]),
    ("`grantry-fetch`", &["grantry-fetch"]),
    ("`grantry-rows`", &["grantry-rows"]),
    ("`grantry-sqlite`", &["grantry-sqlite"]),
    ("`grantry-postgres`", &["grantry-postgres"]),
];

const HEAD: &str = "| what you add | crates | without macros and what these are made of |
| --- | --- | --- |";

/// Prints the table of the README.
///
/// # Errors
/// When cargo does not answer.
pub fn print() -> anyhow::Result<()> {
    say(&table()?);
    Ok(())
}

/// Whether the README has that table.
///
/// # Errors
/// When it has not; the message says which.
pub fn check() -> anyhow::Result<()> {
    say("\n== Crates: what the README says of them");
    let table = table()?;
    let readme = fs::read_to_string(command::root().join("README.md"))?;
    if !readme.contains(&table) {
        bail!("the README has other numbers than `cargo xtask crates`; it should have\n{table}");
    }
    Ok(())
}

fn table() -> anyhow::Result<String> {
    let mut table = HEAD.to_owned();
    for (name, args) in PARTS {
        let (all, without) = (count(args, "normal")?, count(args, "normal,no-proc-macro")?);
        table += &format!("\n| {name} | {all} | {without} |");
    }
    Ok(table)
}

/// Crates of these edges, each version once. Of the platform that most servers run on.
fn count(args: &[&str], edges: &str) -> anyhow::Result<usize> {
    let mut tree: Command = command::cargo();
    tree.args(["tree", "--locked", "--prefix", "none", "--target", "x86_64-unknown-linux-gnu"]);
    let output = tree.args(["--edges", edges, "--package"]).args(args).output()?;
    if !output.status.success() {
        bail!("cargo tree failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout)?;
    let crates: BTreeSet<_> = text.lines().filter_map(named).collect();
    let own = args.first().context("a package")?;
    if !crates.iter().any(|(name, _)| name == own) {
        bail!("cargo tree says nothing of {own}");
    }
    Ok(crates.len())
}

/// Name and version of a line, such as `syn v2.0.119 (proc-macro) (*)`.
fn named(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split(' ');
    Some((words.next()?, words.next()?))
}
