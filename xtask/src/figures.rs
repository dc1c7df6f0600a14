//! `cargo xtask bench`: all figures, made anew.

use std::{fs, process::Command};

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

/// Measures these parts, named by their programs (`load`) or more closely (`stores sweep`), or everything, and puts
/// what came of each into `bench/FIGURES.md` at once. Wants a quiet machine with two cores and 16 GiB.
///
/// # Errors
/// When there is no such part, a tool is missing and cannot be installed, or a program fails.
pub fn measure(parts: &[String]) -> anyhow::Result<()> {
    let chosen = choose(parts)?;
    for (tool, package) in [("valgrind", "valgrind"), ("taskset", "util-linux")] {
        tools::debian(tool, package)?;
    }
    tools::debian_unless(|| Programs::find().is_ok(), "PostgreSQL", "postgresql")?;
    let build = ["build", "--release", "--package", "bench"];
    command::run(command::cargo().args(build))?;
    for (title, args) in chosen {
        say(&format!("\n== {title}"));
        let stamp = stamp()?;
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
        let file = command::root().join("bench/FIGURES.md");
        let section = format!("{stamp}\n\n```text\n{}\n```\n", said.trim_end());
        fs::write(&file, put(&fs::read_to_string(&file)?, title, &section))?;
        say("== Written to bench/FIGURES.md");
    }
    Ok(())
}

type Part = (&'static str, &'static [&'static str]);

fn choose(parts: &[String]) -> anyhow::Result<Vec<Part>> {
    let is = |args: &[&str], part: &String| {
        let whole = args.join(" ");
        whole == *part || whole.starts_with(&format!("{part} "))
    };
    if let Some(none) = parts.iter().find(|part| !PARTS.iter().any(|(_, args)| is(args, part))) {
        let all: Vec<_> = PARTS.iter().map(|(_, args)| args.join(" ")).collect();
        bail!("{none} is no part: name some of {}", all.join(", "));
    }
    let wanted = |args: &[&str]| parts.is_empty() || parts.iter().any(|part| is(args, part));
    Ok(PARTS.into_iter().filter(|(_, args)| wanted(args)).collect())
}

/// The file with this section instead of the one of that title, in the order of [`PARTS`].
fn put(file: &str, title: &str, section: &str) -> String {
    let mut sections = file.split("\n## ");
    let mut text = sections.next().unwrap_or_default().to_owned();
    let old: Vec<_> = sections.filter_map(|section| section.split_once("\n\n")).collect();
    for (own, _) in PARTS {
        let kept = old.iter().find(|(title, _)| *title == own).map(|(_, section)| *section);
        if let Some(section) = if own == title { Some(section) } else { kept } {
            text += &format!("\n## {own}\n\n{section}");
        }
    }
    text
}

/// When, of what, and on what.
fn stamp() -> anyhow::Result<String> {
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
        "{}, commit {}, {}; {}, {} cores, Linux {}; load at the start {}",
        said("date", &["-u", "+%Y-%m-%d %H:%M UTC"])?,
        said("git", &["rev-parse", "--short", "HEAD"])?,
        said("rustc", &["--version"])?,
        model.trim(),
        said("nproc", &[])?,
        said("uname", &["-r"])?,
        load.split(' ').next().unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_measured_takes_the_place_of_its_older_self_alone() {
        let old = "# Figures\n\n## Growth\n\nold\n\n## Stores: bytes for each grant\n\nbytes\n";
        let new = put(old, "Growth", "new\n");
        assert_eq!(new, old.replace("old", "new"));
        let more = put(&new, "Memory: live grants", "first\n");
        let first = "# Figures\n\n## Memory: live grants\n\nfirst\n\n## Growth\n\nnew\n";
        assert!(more.starts_with(first) && more.ends_with("bytes\n"), "{more}");
    }

    #[test]
    fn parts_are_named_by_their_programs() {
        let names = |parts: &[&str]| {
            let parts: Vec<_> = parts.iter().map(|part| (*part).to_owned()).collect();
            choose(&parts).map(|parts| parts.len()).map_err(|error| error.to_string())
        };
        assert_eq!(names(&[]), Ok(PARTS.len()));
        assert_eq!(names(&["memory"]), Ok(4));
        assert_eq!(names(&["stores sweep", "load"]), Ok(2));
        assert!(
            names(&["store"])
                .is_err_and(|error| error.contains("store is no part: name some of grants,"))
        );
    }
}
