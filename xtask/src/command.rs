//! Commands, and how long they may take.

use std::{
    env,
    path::Path,
    process::{Child, Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

/// The cargo that runs us, at the root of the repository.
pub fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// The root of the repository.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Runs a command whose output is for the person at the terminal.
///
/// # Errors
/// When it cannot be started or fails.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot run {}", words(command)))?;
    if !status.success() {
        bail!("{} failed, {status}: see above", words(command));
    }
    Ok(())
}

/// The same, and ends it where it takes longer.
///
/// # Errors
/// As [`run`], and when it took longer.
pub fn run_within(command: &mut Command, limit: Duration) -> anyhow::Result<()> {
    let mut child = command.spawn().with_context(|| format!("cannot run {}", words(command)))?;
    let status = wait(&mut child, limit).with_context(|| words(command))?;
    if !status.success() {
        bail!("{} failed, {status}: see above", words(command));
    }
    Ok(())
}

/// Whether a command can be run, and succeeds.
pub fn works(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Waits for a process, and ends it where it takes longer.
///
/// # Errors
/// When it took longer.
pub fn wait(child: &mut Child, limit: Duration) -> anyhow::Result<ExitStatus> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if begun.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("was still running after {} s", limit.as_secs());
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A command as one would type it.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words: Vec<_> = [program]
        .into_iter()
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect();
    format!("`{}`", words.join(" "))
}
