//! Where rows are kept, and what private keys are sealed under there.

use std::{fmt, path::Path};

use anyhow::Context;
use grantry::{
    MasterKey, MasterKeyError, MemoryStore, SystemEntropy,
    ports::{Entropy, Stores},
};
use grantry_sqlite::SqliteStore;

use crate::Place;

/// What `--database` says instead of a file.
const MEMORY: &str = "memory";

impl Place {
    /// The stores of `--database` and their master key, which is drawn at the first start into a file
    /// beside the rows: good for a demo, and for nothing that is backed up together with its key.
    ///
    /// # Errors
    /// When a file cannot be opened or made.
    pub async fn database(&self) -> anyhow::Result<(Stores, MasterKey)> {
        if self.is_in_memory() {
            let chance: &dyn Entropy = &SystemEntropy;
            return Ok((MemoryStore::default().into(), MasterKey::new(chance.bytes()?)));
        }
        let file = &self.database;
        let what = || format!("--database {}", file.display());
        let store = SqliteStore::open(file).await.with_context(what)?;
        let key = file.with_extension("key");
        let master_key = master_key(&key).with_context(|| key.display().to_string())?;
        Ok((store.into(), master_key))
    }

    fn is_in_memory(&self) -> bool {
        self.database.as_os_str() == MEMORY
    }
}

/// Where the rows are, for people.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_in_memory() {
            true => f.write_str("in memory"),
            false => write!(f, "in {}", self.database.display()),
        }
    }
}

fn master_key(file: &Path) -> Result<MasterKey, MasterKeyError> {
    match MasterKey::from_file(file) {
        Err(MasterKeyError::NoFile) => {}
        read => return read,
    }
    match MasterKey::generate_file(file) {
        // Another process was first.
        Err(MasterKeyError::Exists) => MasterKey::from_file(file),
        drawn => drawn,
    }
}
