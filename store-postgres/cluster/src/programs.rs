//! Where the programs of PostgreSQL are.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Context;

/// Where packages of Debian put them, in a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder of `initdb`, `pg_ctl` and `postgres`.
#[derive(Clone, Debug)]
pub struct Programs(PathBuf);

impl Programs {
    /// Those on the path, or else the newest of Debian's.
    ///
    /// # Errors
    /// When there are none; the message says what to install.
    pub fn find() -> anyhow::Result<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let on_path = env::split_paths(&path).find(|folder| complete(folder));
        let found = on_path.or_else(newest).context(
            "PostgreSQL is missing: install it (on Debian, apt-get install postgresql), or set \
             DATABASE_URL to a scratch database of a server that runs",
        )?;
        Ok(Self(found))
    }

    /// One of them.
    pub fn path(&self, program: &str) -> PathBuf {
        self.0.join(program)
    }

    /// Whether databases can have the order of a language (since version 15).
    pub fn knows_icu(&self) -> bool {
        let help = Command::new(self.path("initdb")).arg("--help").output();
        help.is_ok_and(|help| String::from_utf8_lossy(&help.stdout).contains("--icu-locale"))
    }
}

fn complete(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file())
}

fn newest() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN).ok()?.filter_map(Result::ok);
    let complete = versions.map(|version| version.path().join("bin")).filter(|bin| complete(bin));
    complete.max_by_key(|bin| {
        let version = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        version.and_then(|version| version.parse::<u32>().ok())
    })
}
