//! The example applications: built, started, and tried by what they print.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::Read,
    path::Path,
    process::{self, Command, Stdio},
};

use anyhow::{Context, bail};

use crate::{
    answers,
    app::{self, App},
    built::{self, Built},
    command,
    expected::{self, CONFIGURED, DEMO, Expected, MCP, OWN_USERS},
    say,
};

/// The packages, and what their printed lines must answer.
const EXAMPLES: [(&str, &[Expected]); 6] = [
    ("example-axum", DEMO),
    ("example-actix", DEMO),
    ("example-warp", DEMO),
    ("example-poem", DEMO),
    ("example-own-users", OWN_USERS),
    ("example-mcp", MCP),
];
/// A provisioning file, from the root of the repository.
const CONFIG: &str = "examples/provision.toml";

/// Builds the examples, and checks one after another.
///
/// # Errors
/// The first thing that is not as expected, with the example's name.
pub fn check() -> anyhow::Result<()> {
    let programs = build()?;
    for (name, expected) in EXAMPLES {
        let program = programs.find(name)?;
        say(&format!("\n-- {name}"));
        check_help(program).with_context(|| name.to_owned())?;
        check_lines(program, &[], &[], expected).with_context(|| name.to_owned())?;
    }
    let (name, expected) = EXAMPLES[0];
    say(&format!("\n-- {name} --database FILE, and once more"));
    check_kept(programs.find(name)?, expected).with_context(|| "--database".to_owned())?;
    say(&format!("\n-- {name} --config {CONFIG}"));
    check_configured(programs.find(name)?).with_context(|| CONFIG.to_owned())
}

/// Builds all of them.
///
/// # Errors
/// When one does not build.
pub fn build() -> anyhow::Result<Built> {
    built::build(EXAMPLES.map(|(name, _)| name))
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

/// On a file, and again on what the first left there.
fn check_kept(program: &Path, expected: &[Expected]) -> anyhow::Result<()> {
    let directory = env::temp_dir().join(format!("grantry-xtask-{}", process::id()));
    fs::create_dir_all(&directory)?;
    let file = directory.join("grantry.db");
    let args = ["--database".as_ref(), file.as_os_str()];
    let twice = (0..2).try_for_each(|_| check_lines(program, &args, &[], expected));
    let keys = directory.join("grantry.key").exists();
    fs::remove_dir_all(&directory)?;
    twice?;
    if !keys {
        bail!("there is no master key beside the database");
    }
    Ok(())
}

/// With the provisioning file: its tenants are served, and without its variables nothing is.
fn check_configured(program: &Path) -> anyhow::Result<()> {
    let file = command::root().join(CONFIG);
    let args = ["--config".as_ref(), file.as_os_str()];
    let mut bare = Command::new(program);
    bare.args(["--listen", "127.0.0.1:0", "--database", "memory"]).args(args);
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
