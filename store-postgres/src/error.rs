//! Why there is no store.

use std::{path::PathBuf, time::Duration};

/// Why a store could not be connected. None of this shows the URL or its password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL is none, or says what this store does not do.
    #[error("the URL of the database: {0}")]
    Url(String),
    /// The name is not one of a schema.
    #[error(
        "a schema's name is 1 to 48 of the characters a-z 0-9 _, and does not begin with a digit"
    )]
    Schema,
    /// A number of connections or a deadline of zero.
    #[error("{0} is zero")]
    Zero(&'static str),
    /// The certificates of `sslrootcert` or of the builder cannot be used.
    #[error("no root certificates from {from}: {why}")]
    Roots {
        /// The file, or where else they were to come from.
        from: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The server cannot be reached, or turned the connection away.
    #[error("cannot connect to the database: {why}")]
    Unreachable {
        /// What the server or the system said.
        why: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It took too long to connect, or another node's migration does not end.
    #[error("the database was not ready within {0:?}")]
    Late(Duration),
    /// A newer program has made the schema its own.
    #[error(
        "the schema of the database is of version {found}, this program knows {known}, and programs \
         older than {oldest} cannot use it: run a newer one"
    )]
    Newer {
        /// The version of the schema.
        found: i32,
        /// The newest version that this program knows.
        known: i32,
        /// The oldest program that can use it, by the version that it knows.
        oldest: i32,
    },
    /// The schema is older than this program, which was told not to change it.
    #[error(
        "the schema of the database is of version {found} and this program needs {known}: start it \
         once with migrations, or call `Builder::migrate`"
    )]
    Older {
        /// The version of the schema; 0 where there is none.
        found: i32,
        /// The version that this program needs.
        known: i32,
    },
    /// A migration was refused. Nothing of it was done.
    #[error("migration {number} of the database was refused: {why}")]
    Migration {
        /// Which.
        number: i32,
        /// What the server said.
        why: String,
        /// The cause.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
