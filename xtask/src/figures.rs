//! `cargo xtask bench`: all figures, made anew.

use std::{fmt::Write, fs, process::Command};

use anyhow::{Context, bail};

use postgres_cluster::Programs;

use crate::{command, say, tools};

/// What is measured: a title, the program of the package `bench`, and its arguments.
const PARTS: [(&str, &[&str]); 10] = [
    ("One call through `Server::handle`, beside its floor", &["grants"]),
    ("The same in instructions", &["instructions"]),
    ("Over HTTP, beside bare routes", &["load", "run"]),
    ("Memory: live grants", &["memory", "grants"]),
    ("Memory: an idle server", &["memory", "idle"]),
    ("Memory: tenants", &["memory", "tenants", "--count", "200000"]),
    ("Growth", &["memory", "growth"]),
    ("Stores: codes and refresh tokens", &["stores", "rates"]),
    ("Stores: bytes for each grant", &["stores", "bytes"]),
    ("Stores: a sweep of what expired", &["stores", "sweep"]),
];

/// Measures everything and writes `bench/FIGURES.md`. Wants a quiet machine with two cores and 16 GiB.
///
/// # Errors
/// When a tool is missing and cannot be installed, or a program fails.
pub fn measure() -> anyhow::Result<()> {
    for (tool, package) in [("wrk", "wrk"), ("valgrind", "valgrind"), ("taskset", "util-linux")] {
        tools::debian(tool, package)?;
    }
    tools::debian_unless(|| Programs::find().is_ok(), "PostgreSQL", "postgresql")?;
    let build = ["build", "--release", "--package", "bench"];
    command::run(command::cargo().args(build))?;
    let mut text = head()?;
    for (title, args) in PARTS {
        say(&format!("\n== {title}"));
        let (program, args) = args.split_first().context("a program")?;
        let output = command::cargo()
            .args(["run", "--quiet", "--release", "--package", "bench", "--bin", program, "--"])
            .args(args)
            .output()?;
        let said = String::from_utf8(output.stdout)?;
        say(said.trim_end());
        if !output.status.success() {
            bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        write!(text, "\n## {title}\n\n```text\n{}\n```\n", said.trim_end())?;
    }
    fs::write(command::root().join("bench/FIGURES.md"), text)?;
    say("\n== Written to bench/FIGURES.md");
    Ok(())
}

/// On what, of what and when.
fn head() -> anyhow::Result<String> {
    let said = |program: &str, args: &[&str]| -> anyhow::Result<String> {
        let output = Command::new(program).args(args).current_dir(command::root()).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.map_or("an unknown processor", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let load = fs::read_to_string("/proc/loadavg")?;
    Ok(format!(
        "# Figures\n\nMade by `cargo xtask bench`; what they mean is in [README.md](README.md).\n\n\
         - {}, commit {}, {}\n- {}, {} cores, Linux {}; load at the start {}\n",
        said("date", &["-u", "+%Y-%m-%d %H:%M UTC"])?,
        said("git", &["rev-parse", "--short", "HEAD"])?,
        said("rustc", &["--version"])?,
        model.trim(),
        said("nproc", &[])?,
        said("uname", &["-r"])?,
        load.split(' ').next().unwrap_or_default(),
    ))
}
