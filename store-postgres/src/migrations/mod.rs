//! The schema, and how it becomes a newer one while nodes run.
//!
//! Each migration is one transaction, which holds a lock for as long as it takes, so of nodes that start
//! at once one does it, and one that is killed has done nothing. A migration first expands what there is,
//! so that programs of the version before still work on it (`oldest`); what nobody uses any more goes in a
//! later one.

mod step;

use tokio_postgres::Row;

use crate::{ConnectError, connection::Session, failure::Failure};

/// One step from a version to the next.
struct Migration {
    number: i32,
    /// The oldest program that works on the schema afterwards, by the version that it knows.
    oldest: i32,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { number: 1, oldest: 1, sql: include_str!("0001.sql") },
    Migration { number: 2, oldest: 1, sql: include_str!("0002.sql") },
    Migration { number: 3, oldest: 1, sql: include_str!("0003.sql") },
];

/// What the schema is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    version: i32,
    oldest: i32,
}

/// The version that this program knows.
fn known() -> i32 {
    MIGRATIONS.last().map_or(0, |last| last.number)
}

/// Sees to it that the schema is one that this program can use, and migrates it if it may.
///
/// # Errors
/// [`ConnectError::Newer`], [`ConnectError::Older`], [`ConnectError::Migration`], or what the connection
/// says.
pub(crate) async fn prepare(
    session: &mut Session,
    schema: &str,
    migrates: bool,
) -> Result<(), ConnectError> {
    let mut state = read(session).await.map_err(unreachable)?;
    if migrates && state.version == 0 {
        step::schema(session, schema).await.map_err(|failure| refused(0, failure))?;
    }
    for migration in MIGRATIONS {
        if migrates && state.version < migration.number {
            let done = step::migrate(session, schema, migration).await;
            state = done.map_err(|failure| refused(migration.number, failure))?;
        }
    }
    let (found, known, oldest) = (state.version, known(), state.oldest);
    match found {
        _ if found > known && oldest > known => Err(ConnectError::Newer { found, known, oldest }),
        _ if found < known => Err(ConnectError::Older { found, known }),
        _ => Ok(()),
    }
}

/// What the schema is; nothing where there is none.
async fn read(session: &Session) -> Result<State, Failure> {
    let sql = "SELECT version, oldest FROM schema_version WHERE id = 1";
    match session.client().query_opt(sql, &[]).await.map_err(Failure::of) {
        Ok(None) => Ok(State::default()),
        Ok(Some(row)) => state(&row).map_err(Failure::of),
        Err(failure) if failure.is_no_table() => Ok(State::default()),
        Err(failure) => Err(failure),
    }
}

fn state(row: &Row) -> Result<State, tokio_postgres::Error> {
    Ok(State { version: row.try_get(0)?, oldest: row.try_get(1)? })
}

pub(crate) fn unreachable(failure: Failure) -> ConnectError {
    let why = failure.reason();
    ConnectError::Unreachable { why, source: Box::new(failure) }
}

fn refused(number: i32, failure: Failure) -> ConnectError {
    match failure {
        Failure::Refused { .. } => {
            let why = failure.reason();
            ConnectError::Migration { number, why, source: Box::new(failure) }
        }
        broken => unreachable(broken),
    }
}
