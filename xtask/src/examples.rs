//! The example applications: built, started, and tried by what they print.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::{
    answers,
    app::App,
    command,
    expected::{self, DEMO, Expected, OWN_USERS},
    say,
};

/// The packages, and what their printed lines must answer.
const EXAMPLES: [(&str, &[Expected]); 4] = [
    ("example-axum", DEMO),
    ("example-actix", DEMO),
    ("example-warp", DEMO),
    ("example-own-users", OWN_USERS),
];

/// Builds the examples, and checks one after another.
///
/// # Errors
/// The first thing that is not as expected, with the example's name.
pub fn check() -> anyhow::Result<()> {
    let programs = build()?;
    for (name, expected) in EXAMPLES {
        let program = programs.iter().find(|program| program.file_stem() == Some(name.as_ref()));
        let program = program.with_context(|| format!("cargo built no {name}"))?;
        say(&format!("\n-- {name}"));
        check_one(program, expected).with_context(|| name.to_owned())?;
    }
    Ok(())
}

fn check_one(program: &Path, expected: &[Expected]) -> anyhow::Result<()> {
    check_help(program)?;
    let app = App::start(program)?;
    let lines = answers::lines(app.page())?;
    let answers = answers::run(&lines)?;
    expected::check(expected, &lines, &answers)?;
    app.stop()
}

fn check_help(program: &Path) -> anyhow::Result<()> {
    let help = Command::new(program).arg("--help").output()?;
    if !help.status.success() || !String::from_utf8_lossy(&help.stdout).contains("--listen") {
        bail!("--help does not succeed and tell of --listen: {}", help.status);
    }
    Ok(())
}

/// The programs, from where cargo says that it put them.
fn build() -> anyhow::Result<Vec<PathBuf>> {
    let mut cargo = command::cargo();
    cargo.args(["build", "--message-format=json-render-diagnostics"]);
    cargo.args(EXAMPLES.iter().flat_map(|(name, _)| ["--package", name]));
    let output = cargo.stderr(Stdio::inherit()).output().context("cannot run cargo build")?;
    if !output.status.success() {
        bail!("the examples do not build: see above");
    }
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let messages = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    Ok(messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).collect())
}
