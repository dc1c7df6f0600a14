//! Why a file could not be opened, and why it did not answer.

use std::{io, path::PathBuf, sync::Arc};

use rusqlite::ErrorCode;

/// Why [`crate::SqliteStore::open`] did not open a file. A file that is none of ours is left as it is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file would be created in a directory that is not there.
    #[error("there is no directory {}: create it, or name another file", .0.display())]
    NoDirectory(PathBuf),
    /// The file or its directory may not be written by this process: SQLite keeps two files beside it.
    #[error("this process may not write the file, or beside it: it needs both")]
    NoPermission,
    /// The file is no SQLite database.
    #[error("the file is no SQLite database: name another one, or none that exists")]
    NotADatabase,
    /// The file is a SQLite database, but somebody else's.
    #[error("the file is a database of another application: name another one")]
    NotOurs,
    /// A newer program wrote the file.
    #[error("the file has version {found} and this program knows {known}: use a newer program")]
    Newer {
        /// The version of the file.
        found: usize,
        /// The newest version that this program knows.
        known: usize,
    },
    /// There is no room for what must be written.
    #[error("the disk is full")]
    DiskFull,
    /// Another process did not let go of the file for five seconds.
    #[error("another process holds the file")]
    Locked,
    /// SQLite cannot keep a write-ahead log there, as on a network file system.
    #[error("the file system does not carry a write-ahead log: use a disk of this machine")]
    NoLog,
    /// Another SQLite was linked than the one that comes with this crate, and it is one that may lose commits where
    /// several connections write and copy the log (its WAL-reset bug).
    #[error(
        "SQLite {0} may lose what it wrote: link 3.51.3 or newer, or the one that comes with this crate"
    )]
    Unsafe(&'static str),
    /// The machine failed.
    #[error("the file could not be read or written")]
    Io(#[source] io::Error),
    /// SQLite failed.
    #[error("SQLite did not open the file")]
    Sqlite(#[source] rusqlite::Error),
}

impl OpenError {
    pub(crate) fn from_sqlite(cause: rusqlite::Error) -> Self {
        match cause.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::NoPermission
            }
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            _ => Self::Sqlite(cause),
        }
    }

    pub(crate) fn from_io(cause: io::Error, directory: PathBuf) -> Self {
        match cause.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::NoDirectory(directory),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NoPermission
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(cause),
        }
    }
}

/// Why a call has no answer: the cause of a [`grantry::ports::StoreError`]. None holds a value of a row.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("too many calls wait for the file")]
    Crowded,
    #[error("the file did not answer in time")]
    Late,
    #[error("the store is closed")]
    Closed,
    #[error("what came with it was not written")]
    Commit(#[source] Arc<rusqlite::Error>),
    #[error("a number that no column holds")]
    TooLarge,
}
