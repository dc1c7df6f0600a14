//! Programs of this repository, built, and where cargo put them.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::command;

/// Programs that were built.
pub struct Built(Vec<PathBuf>);

/// A test that is soon built.
const SMALL: &str = "readme";

/// Builds programs, of what `cargo test --workspace --all-features` is made of as well: cargo chooses features for
/// all that it builds together, by its tests too if there is one, and for others would build nearly everything anew.
///
/// # Errors
/// When one does not build.
pub fn build<const N: usize>(programs: [&str; N]) -> anyhow::Result<Built> {
    let mut cargo = command::cargo();
    cargo.args(["build", "--message-format=json-render-diagnostics"]);
    cargo.args(["--workspace", "--all-features", "--test", SMALL]);
    cargo.args(programs.iter().flat_map(|name| ["--bin", name]));
    let output = cargo.stderr(Stdio::inherit()).output().context("cannot run cargo build")?;
    if !output.status.success() {
        bail!("a program does not build: see above");
    }
    let messages = output.stdout.split(|byte| *byte == b'\n');
    let messages = messages.filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let programs = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
    Ok(Built(programs.collect()))
}

impl Built {
    /// The program of this name.
    ///
    /// # Errors
    /// When there is none.
    pub fn find(&self, name: &str) -> anyhow::Result<&Path> {
        let found = self.0.iter().find(|program| program.file_stem() == Some(name.as_ref()));
        found.map(PathBuf::as_path).with_context(|| format!("cargo built no {name}"))
    }
}
