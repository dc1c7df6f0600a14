//! The example applications: built, started, and tried by what they print.

use std::{
    ffi::OsStr,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::{
    answers,
    app::{self, App},
    command,
    expected::{self, CONFIGURED, DEMO, Expected, OWN_USERS},
    say,
};

/// The packages, and what their printed lines must answer.
const EXAMPLES: [(&str, &[Expected]); 5] = [
    ("example-axum", DEMO),
    ("example-actix", DEMO),
    ("example-warp", DEMO),
    ("example-poem", DEMO),
    ("example-own-users", OWN_USERS),
];
/// A provisioning file, from the root of the repository.
const CONFIG: &str = "examples/provision.toml";

/// Builds the examples, and checks one after another.
///
/// # Errors
/// The first thing that is not as expected, with the example's name.
pub fn check() -> anyhow::Result<()> {
    let programs = build()?;
    let program = |name: &str| {
        let program = programs.iter().find(|program| program.file_stem() == Some(name.as_ref()));
        program.with_context(|| format!("cargo built no {name}"))
    };
    for (name, expected) in EXAMPLES {
        let program = program(name)?;
        say(&format!("\n-- {name}"));
        check_help(program).with_context(|| name.to_owned())?;
        check_lines(program, &[], &[], expected).with_context(|| name.to_owned())?;
    }
    let (name, _) = EXAMPLES[0];
    say(&format!("\n-- {name} --config {CONFIG}"));
    check_configured(program(name)?).with_context(|| CONFIG.to_owned())
}

/// What it prints is what it serves.
fn check_lines(
    program: &Path,
    args: &[&OsStr],
    env: &[(&str, &str)],
    expected: &[Expected],
) -> anyhow::Result<()> {
    let app = App::start(program, args, env)?;
    let lines = answers::lines(app.page())?;
    let answers = answers::run(&lines, env)?;
    expected::check(expected, &lines, &answers)?;
    app.stop()
}

/// With the provisioning file: its tenants are served, and without its variables nothing is.
fn check_configured(program: &Path) -> anyhow::Result<()> {
    let file = command::root().join(CONFIG);
    let args = ["--config".as_ref(), file.as_os_str()];
    let mut bare = Command::new(program);
    bare.args(["--listen", "127.0.0.1:0"]).args(args);
    bare.env_remove("BILLING_SECRET").env("ALICE_PASSWORD", "wonderland");
    let mut bare = bare.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let status = command::wait(&mut bare, app::LIMIT)?;
    let mut said = String::new();
    bare.stderr.take().context("it has no stderr")?.read_to_string(&mut said)?;
    if status.success() || !said.contains("BILLING_SECRET is not set") {
        bail!("without BILLING_SECRET it does not end and say so: {status}, {said}");
    }
    // Known to everybody, and good for this check alone.
    let secret = "grantry-xtask-0123456789-abcdefghij";
    let env = [
        ("BILLING_SECRET", secret),
        ("WEB_SECRET", secret),
        ("SECRET", secret),
        ("ALICE_PASSWORD", "wonderland"),
        ("NAME", "alice"),
        ("PASSWORD", "wonderland"),
    ];
    check_lines(program, &args, &env, CONFIGURED)
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
