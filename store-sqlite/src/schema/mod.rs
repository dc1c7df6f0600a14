//! What tables there are: numbered steps, each carried out once and as a whole.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::OpenError;

/// Marks a file as one of ours: "GRNT".
const APPLICATION: i64 = 0x4752_4e54;
/// The n-th takes a file from version n to n + 1. What was released is never changed.
const MIGRATIONS: &[&str] =
    &[include_str!("001.sql"), include_str!("002.sql"), include_str!("003.sql")];

/// Sees to it, without writing, that the file is empty or one of ours that this program knows.
///
/// # Errors
/// When it is not.
pub(crate) fn recognise(db: &Connection) -> Result<(), OpenError> {
    // In this order: whoever makes the tables meanwhile marks the file in the same step, so one that is
    // not empty any more has its mark by the second look.
    let empty = "SELECT count(*) = 0 FROM sqlite_schema";
    let empty = db.query_row(empty, [], |row| row.get(0)).map_err(OpenError::from_sqlite)?;
    let application = pragma(db, "application_id").map_err(OpenError::from_sqlite)?;
    match application {
        APPLICATION => known(version(db)?).map(drop),
        0 if empty => Ok(()),
        _ => Err(OpenError::NotOurs),
    }
}

/// Carries out the steps that are missing. Of several processes that begin at once each step is one's,
/// and the others wait; one that is killed has done a step or not begun it (F-06).
///
/// # Errors
/// When the file does not let itself be written, or is newer than this program by now.
pub(crate) fn migrate(db: &Connection) -> Result<(), OpenError> {
    while version(db)? < MIGRATIONS.len() {
        step(db)?;
    }
    known(version(db)?).map(drop)
}

fn step(db: &Connection) -> Result<(), OpenError> {
    let begun = Transaction::new_unchecked(db, TransactionBehavior::Immediate);
    let step = begun.map_err(OpenError::from_sqlite)?;
    let version = version(&step)?;
    // Somebody else may have been first.
    let Some(sql) = MIGRATIONS.get(version) else { return Ok(()) };
    let done = step.execute_batch(sql);
    let done = done.and_then(|()| step.pragma_update(None, "user_version", version + 1));
    done.and_then(|()| step.commit()).map_err(OpenError::from_sqlite)
}

fn known(version: usize) -> Result<usize, OpenError> {
    match version <= MIGRATIONS.len() {
        true => Ok(version),
        false => Err(OpenError::Newer { found: version, known: MIGRATIONS.len() }),
    }
}

fn version(db: &Connection) -> Result<usize, OpenError> {
    let version = pragma(db, "user_version").map_err(OpenError::from_sqlite)?;
    usize::try_from(version).map_err(|_| OpenError::NotOurs)
}

fn pragma(db: &Connection, name: &str) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, name, |row| row.get(0))
}
