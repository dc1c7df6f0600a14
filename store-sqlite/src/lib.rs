#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod builder;
mod changes;
mod clock;
mod columns;
mod engine;
mod error;
mod file;
mod ports;
mod schema;
mod texts;

use std::{path::Path, sync::Arc};

pub use builder::{SqliteBuilder, Synchronous};
use changes::FileChanges;
use clock::FileClock;
use engine::Engine;
pub use error::OpenError;
use grantry::ports::Stores;

/// All stores of a deployment in one SQLite file. Clones share it.
#[derive(Clone, Debug)]
pub struct SqliteStore {
    engine: Arc<Engine>,
    clock: Arc<FileClock>,
    /// The newest of the changes when it was opened.
    newest: i64,
}

impl SqliteStore {
    /// Opens the file of this path, and creates it where it is not there.
    ///
    /// # Errors
    /// As [`SqliteBuilder::open`].
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::builder(path).open().await
    }

    /// For a file that is opened otherwise.
    pub fn builder(path: impl AsRef<Path>) -> SqliteBuilder {
        SqliteBuilder::new(path.as_ref().to_owned())
    }

    /// Waits until everything that was asked is done and the file is closed. What is asked from then on
    /// fails. A store that is dropped does the same, and nobody waits for it.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

impl From<SqliteStore> for Stores {
    fn from(store: SqliteStore) -> Self {
        let store = Arc::new(store);
        Self {
            tenants: store.clone(),
            clients: store.clone(),
            accounts: store.clone(),
            tickets: store.clone(),
            key_records: store.clone(),
            sessions: store.clone(),
            interactions: store.clone(),
            consents: store.clone(),
            jwt_ids: store.clone(),
            clock: Some(store.clock.clone()),
            changes: Some(Arc::new(FileChanges::after(store.newest, store.engine.clone()))),
        }
    }
}
