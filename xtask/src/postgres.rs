//! A PostgreSQL for whatever needs one: that of `DATABASE_URL`, or a throw-away cluster.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;
use postgres_cluster::{Cluster, Programs};

use crate::{command, say, tools};

/// Names a database to commands and tests.
const URL: &str = "DATABASE_URL";

/// Does something with the URL of a server, and ends it afterwards, if it was started for this.
///
/// # Errors
/// When there is no server and none can be had, or what is done fails.
pub fn with(work: impl FnOnce(&str, &str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    if let Ok(url) = env::var(URL) {
        say(&format!("PostgreSQL: the one of {URL}"));
        return work(URL, &url);
    }
    tools::debian_unless(|| Programs::find().is_ok(), "PostgreSQL", "postgresql")?;
    // Nothing of this outlives a test, so nothing needs to be on a disk. Tests that crash a server
    // start one of their own, which syncs.
    let settings = [("fsync", "off"), ("full_page_writes", "off")];
    let cluster = Cluster::start(&[&folder(), &env::temp_dir()], &settings)?;
    say(&format!("PostgreSQL: a cluster for this alone, {URL}={}", cluster.url()));
    work(URL, &cluster.url())
}

/// `cargo xtask postgres -- command…`: a command of the developer's, with such a server.
///
/// # Errors
/// As [`with`].
pub fn run(words: &[String]) -> anyhow::Result<()> {
    let (program, args) = words.split_first().context("which command? see --help")?;
    with(|name, url| command::run(Command::new(program).args(args).env(name, url)))
}

/// Of the target directory, for what is temporary.
fn folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    command::root().join(Path::new(&target)).join("tmp")
}
