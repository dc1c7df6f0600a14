//! Tools that the steps need, fetched where they are missing.

use std::process::Command;

use anyhow::bail;

use crate::{command, say};

/// A component of the toolchain, by the subcommand of cargo that it brings.
///
/// # Errors
/// When it is missing and rustup cannot add it.
pub fn component(name: &str, subcommand: &str) -> anyhow::Result<()> {
    let there = || command::works(command::cargo().args([subcommand, "--version"]));
    if there() {
        return Ok(());
    }
    say(&format!("\n== {name} is missing: rustup component add {name}"));
    let added = command::run(Command::new("rustup").args(["component", "add", name]));
    if !there() {
        let why = added.err().map(|error| format!(" ({error:#})")).unwrap_or_default();
        bail!("{name} is missing: install the {name} of this toolchain and run again{why}");
    }
    Ok(())
}

/// A program of the registry, by the subcommand of cargo that it is.
///
/// # Errors
/// When it is missing and cargo cannot install it.
pub fn program(name: &str, subcommand: &str) -> anyhow::Result<()> {
    if command::works(command::cargo().args([subcommand, "--version"])) {
        return Ok(());
    }
    say(&format!("\n== {name} is missing: cargo install --locked {name}"));
    command::run(command::cargo().args(["install", "--locked", name]))
}

/// A program, by the Debian package that brings it.
///
/// # Errors
/// When it is missing and apt-get cannot install it.
pub fn debian(program: &str, package: &str) -> anyhow::Result<()> {
    let there = || command::works(Command::new("sh").args(["-c", r#"command -v "$0""#, program]));
    debian_unless(there, program, package)
}

/// Anything that a Debian package brings, unless it is there.
///
/// # Errors
/// As [`debian`].
pub fn debian_unless(there: impl Fn() -> bool, name: &str, package: &str) -> anyhow::Result<()> {
    if there() {
        return Ok(());
    }
    say(&format!("{name} is missing: apt-get install -y {package}"));
    let installed = command::run(Command::new("apt-get").arg("update"))
        .and_then(|()| command::run(Command::new("apt-get").args(["install", "-y", package])));
    if !there() {
        let why = installed.err().map(|error| format!(" ({error:#})")).unwrap_or_default();
        bail!("{name} is missing: install it and run again{why}");
    }
    Ok(())
}
