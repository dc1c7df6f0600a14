//! The file: created for its owner alone, looked at before it is touched, and how it is spoken to.

use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, OpenFlags};

use crate::{OpenError, Synchronous, schema};

/// How long one waits for another process that writes.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it sleeps before it asks again. A process that writes without a pause leaves a gap between
/// two commits, and who sleeps longer each time, as SQLite's own timeout does, does not meet one.
const NAP: Duration = Duration::from_millis(1);
/// What the connection that writes keeps of the file, in KiB (SQLite's sign for that): the inner pages of its
/// trees where a million rows are, which it else reads anew for each commit.
const CACHE: i64 = -16 * 1024;
/// More than there are statements.
const STATEMENTS: usize = 64;

/// Opens the file for writing, creating it and bringing its tables up to date.
///
/// # Errors
/// When there is no such file and none can be made, or it is none of ours.
pub(crate) fn prepare(path: &Path, synchronous: Synchronous) -> Result<Connection, OpenError> {
    demand_version(rusqlite::version_number())?;
    create(path)?;
    let db = connect(path)?;
    schema::recognise(&db)?;
    if db.is_readonly("main").map_err(OpenError::from_sqlite)? {
        return Err(OpenError::NoPermission);
    }
    keep_log(&db)?;
    // Before the tables are made: a step that was acknowledged is one that lasts.
    sync(&db, synchronous)?;
    // What is deleted is overwritten where that costs no page more: it was somebody's key.
    db.pragma_update(None, "secure_delete", "FAST").map_err(OpenError::from_sqlite)?;
    db.pragma_update(None, "cache_size", CACHE).map_err(OpenError::from_sqlite)?;
    schema::migrate(&db)?;
    Ok(db)
}

/// Opens a file that is prepared, to bring into it what is in its log.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn copier(path: &Path, synchronous: Synchronous) -> Result<Connection, OpenError> {
    let db = connect(path)?;
    sync(&db, synchronous)?;
    Ok(db)
}

fn sync(db: &Connection, synchronous: Synchronous) -> Result<(), OpenError> {
    let level = match synchronous {
        Synchronous::Full => "FULL",
        Synchronous::Normal => "NORMAL",
    };
    db.pragma_update(None, "synchronous", level).map_err(OpenError::from_sqlite)
}

/// Opens a file that is prepared, for reading alone.
///
/// # Errors
/// When it cannot be opened.
pub(crate) fn reader(path: &Path) -> Result<Connection, OpenError> {
    let db = connect(path)?;
    db.pragma_update(None, "query_only", true).map_err(OpenError::from_sqlite)?;
    // What only a first look shows is shown now.
    schema::recognise(&db)?;
    Ok(db)
}

/// The first in which one connection may write while another copies the log, and nothing is lost.
const SAFE: i32 = 3_051_003;

fn demand_version(linked: i32) -> Result<(), OpenError> {
    if linked >= SAFE { Ok(()) } else { Err(OpenError::Unsafe(rusqlite::version())) }
}

/// A file made by this is its owner's alone, and so is what SQLite keeps beside it.
fn create(path: &Path) -> Result<(), OpenError> {
    let directory = || path.parent().map(PathBuf::from).unwrap_or_default();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => match fs::metadata(path) {
            // A single byte is an empty file to SQLite, and somebody's to us.
            Ok(file) if file.is_dir() || file.len() == 1 => Err(OpenError::NotADatabase),
            Ok(_) => Ok(()),
            Err(cause) => Err(OpenError::from_io(cause, directory())),
        },
        Err(cause) => Err(OpenError::from_io(cause, directory())),
    }
}

fn connect(path: &Path) -> Result<Connection, OpenError> {
    // The path is a path: no URI, and no name that means memory.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let mut db = Connection::open_with_flags(path, flags)?;
        db.busy_handler(Some(patience()))?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        // What a file says about itself calls no function, and nothing of it goes to another directory.
        db.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;")?;
        Ok(db)
    };
    open().map_err(OpenError::from_sqlite)
}

/// Asked each time that somebody else holds a lock.
fn patience() -> impl FnMut(i32) -> bool + Send + 'static {
    let mut since = Instant::now();
    move |tries| {
        if tries == 0 {
            since = Instant::now();
        }
        thread::sleep(NAP);
        since.elapsed() < PATIENCE
    }
}

/// Readers beside a writer need a write-ahead log. Two processes that begin at once are in each other's
/// way here without being asked for patience.
fn keep_log(db: &Connection) -> Result<(), OpenError> {
    let mut ask = patience();
    for tries in 0.. {
        let mode =
            db.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match mode.map_err(OpenError::from_sqlite) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => return Err(OpenError::NoLog),
            Err(OpenError::Locked) if ask(tries) => {}
            Err(cause) => return Err(cause),
        }
    }
    Err(OpenError::Locked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_may_lose_commits_is_refused() {
        assert!(demand_version(rusqlite::version_number()).is_ok());
        assert!(demand_version(SAFE).is_ok());
        let old = demand_version(3_051_002).unwrap_err().to_string();
        assert!(old.ends_with("link 3.51.3 or newer, or the one that comes with this crate"));
    }
}
