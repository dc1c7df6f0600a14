//! Stores that are opened for one measurement and gone after it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::ValueEnum;
use grantry_axum::grantry::{MemoryStore, ports::Stores};
use grantry_postgres::PostgresStore;
use grantry_sqlite::{SqliteStore, Synchronous};
use postgres_cluster::Cluster;

/// An engine that keeps grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    Memory,
    /// Every answer is on the disk
    SqliteFull,
    /// A crash of the machine, not of the process, may take the last answers back
    SqliteNormal,
    Postgres,
}

/// Connections of the store's pool, and of the floor.
pub const CONNECTIONS: usize = 16;

/// A store, and what holds it.
pub struct Open {
    /// The store.
    pub stores: Stores,
    /// Where it is.
    pub place: Place,
}

/// Where a store keeps its rows.
pub enum Place {
    Memory,
    Sqlite { file: PathBuf, synchronous: Synchronous, _folder: Folder },
    Postgres { cluster: Cluster },
}

/// Deleted when dropped.
pub struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // Of the system's temporary folder, which somebody else clears as well.
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Engine {
    pub const ALL: [Self; 4] = [Self::Memory, Self::SqliteFull, Self::SqliteNormal, Self::Postgres];

    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::SqliteFull => "SQLite FULL",
            Self::SqliteNormal => "SQLite NORMAL",
            Self::Postgres => "PostgreSQL",
        }
    }

    /// A new store.
    ///
    /// # Errors
    /// When it does not open.
    pub async fn open(self, below: &Path) -> anyhow::Result<Open> {
        match self {
            Self::Memory => {
                Ok(Open { stores: MemoryStore::default().into(), place: Place::Memory })
            }
            Self::SqliteFull => sqlite(below, Synchronous::Full).await,
            Self::SqliteNormal => sqlite(below, Synchronous::Normal).await,
            Self::Postgres => {
                let cluster = Cluster::start(&[below], &[("max_wal_size", "4GB")])?;
                let store = PostgresStore::builder(&cluster.url()).connections(CONNECTIONS);
                let stores = store.connect().await?.into();
                Ok(Open { stores, place: Place::Postgres { cluster } })
            }
        }
    }
}

async fn sqlite(below: &Path, synchronous: Synchronous) -> anyhow::Result<Open> {
    let folder = below.join(format!("grantry-stores-{}", std::process::id()));
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let (file, folder) = (folder.join("grantry.db"), Folder(folder));
    let store = SqliteStore::builder(&file).synchronous(synchronous).open().await?;
    let place = Place::Sqlite { file, synchronous, _folder: folder };
    Ok(Open { stores: store.into(), place })
}
