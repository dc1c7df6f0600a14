//! Files that are there, are not there, or are something else.

use std::{fs, path::Path};

use grantry::ports::Tickets;
use grantry_conformance::tenant_id;
use grantry_sqlite::{OpenError, SqliteStore};
use rusqlite::Connection;

use crate::{
    child::{Process, file},
    scratch::Scratch,
    shared::grant,
};

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_and_what_is_beside_it_are_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    store.issue(&tenant_id("acme"), &grant(1)).await.unwrap();
    for end in ["", "-wal", "-shm"] {
        let path = format!("{}{end}", scratch.path().display());
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
}

#[tokio::test]
async fn a_missing_directory_is_named() {
    let scratch = Scratch::new();
    let error = SqliteStore::open(scratch.path().join("not/there.db")).await.unwrap_err();
    // The file of the first test is not there either, so its name is that of a directory that is not.
    assert!(matches!(&error, OpenError::NoDirectory(path) if path.ends_with("not")), "{error:?}");
    assert!(error.to_string().contains("create it"), "{error}");
}

#[tokio::test]
async fn a_name_that_sqlite_understands_otherwise_is_a_file_like_any() {
    let scratch = Scratch::new();
    for name in [":memory:", "file:x?mode=memory", "a b%20c"] {
        let path = scratch.path().with_file_name(name);
        let store = SqliteStore::open(&path).await.unwrap();
        store.issue(&tenant_id("acme"), &grant(1)).await.unwrap();
        store.close().await;
        assert!(fs::metadata(&path).unwrap().len() > 0, "{name}");
        let again = SqliteStore::open(&path).await.unwrap();
        assert!(again.read(&tenant_id("acme"), grant(1).id).await.unwrap().is_some(), "{name}");
    }
}

/// Everything below this directory, byte for byte.
fn contents(path: &Path) -> Vec<(String, Vec<u8>)> {
    let files = fs::read_dir(path.parent().unwrap()).unwrap().map(Result::unwrap);
    let name = |file: &fs::DirEntry| file.file_name().into_string().unwrap();
    let mut files: Vec<_> =
        files.map(|file| (name(&file), fs::read(file.path()).unwrap())).collect();
    files.sort();
    files
}

/// A database of somebody's, made by these statements.
fn made(statements: &str) -> Scratch {
    let scratch = Scratch::new();
    Connection::open(scratch.path()).unwrap().execute_batch(statements).unwrap();
    scratch
}

async fn stays_as_it_is(scratch: &Scratch) -> OpenError {
    let before = contents(&scratch.path());
    let error = SqliteStore::open(scratch.path()).await.unwrap_err();
    assert_eq!(contents(&scratch.path()), before, "{error}");
    error
}

#[tokio::test]
async fn a_file_that_is_none_of_ours_stays_as_it_is() {
    for text in ["x", "a diary\n", &"long ".repeat(10_000)] {
        let scratch = Scratch::new();
        fs::write(scratch.path(), text).unwrap();
        let error = stays_as_it_is(&scratch).await;
        assert!(matches!(error, OpenError::NotADatabase), "{error:?}");
    }
    for statements in [
        "CREATE TABLE diary (day TEXT)",
        "PRAGMA journal_mode = WAL; CREATE TABLE tickets (id TEXT)",
        "PRAGMA application_id = 7",
        "PRAGMA application_id = 7; CREATE TABLE diary (day TEXT)",
    ] {
        let error = stays_as_it_is(&made(statements)).await;
        assert!(matches!(error, OpenError::NotOurs), "{statements}: {error:?}");
    }
    let directory = Scratch::new();
    let error = SqliteStore::open(directory.path().parent().unwrap()).await.unwrap_err();
    assert!(matches!(error, OpenError::NotADatabase), "{error:?}");
}

#[tokio::test]
async fn f_38_a_file_of_a_newer_program_stays_as_it_is() {
    let scratch = Scratch::new();
    SqliteStore::open(scratch.path()).await.unwrap().close().await;
    let db = Connection::open(scratch.path()).unwrap();
    db.pragma_update(None, "user_version", 1000).unwrap();
    drop(db);
    let error = stays_as_it_is(&scratch).await;
    assert!(matches!(error, OpenError::Newer { found: 1000, known: 3 }), "{error:?}");
}

/// Each step of the way was killed after at some time.
#[tokio::test]
async fn f_06_a_file_that_was_begun_is_finished() {
    for statements in ["", "PRAGMA journal_mode = WAL", "PRAGMA user_version = 0; VACUUM"] {
        let scratch = made(statements);
        let store = SqliteStore::open(scratch.path()).await.unwrap();
        store.issue(&tenant_id("acme"), &grant(1)).await.unwrap();
    }
    let empty = Scratch::new();
    fs::write(empty.path(), "").unwrap();
    SqliteStore::open(empty.path()).await.unwrap();
}

#[test]
fn f_06_of_many_processes_that_begin_at_once_one_makes_the_tables() {
    for _ in 0..5 {
        let scratch = Scratch::new();
        let mut all = [(); 4].map(|()| Process::start("opening::begins", &scratch.path()));
        all.iter_mut().for_each(|process| assert_eq!(process.hears("ready"), ""));
        all.iter_mut().for_each(|process| process.ask("go"));
        all.iter_mut().for_each(|process| assert_eq!(process.hears("opened "), "true"));
        all.into_iter().for_each(Process::end);
        let db = Connection::open(scratch.path()).unwrap();
        let rows: i64 = db.query_row("SELECT count(*) FROM tickets", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 4 * 8);
    }
}

/// What each of many processes does: opens the file many times over, and writes.
#[test]
#[ignore = "a part of the test above, in a process of its own"]
fn begins() {
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let good = runtime.block_on(async {
        let opened = (0..8).map(|n| {
            tokio::spawn(async move {
                let store = SqliteStore::open(file()).await.unwrap();
                let id = u64::from(std::process::id()) * 8 + n;
                store.issue(&tenant_id("acme"), &grant(id)).await.is_ok()
            })
        });
        let mut good = true;
        for opened in opened.collect::<Vec<_>>() {
            good &= opened.await.unwrap();
        }
        good
    });
    println!("opened {good}");
}
