//! Disks that are full, and transactions that come to nothing: what only the writer's own connection can play.

use std::{env, fs, path::PathBuf, process, sync::mpsc, thread};

use grantry::ports::StoreError;
use rusqlite::Connection;

use super::Engine;
use crate::SqliteStore;

mod log;

/// A store on a file that is deleted with this.
struct Scratch(PathBuf, SqliteStore);

impl Scratch {
    async fn new(name: &str) -> Self {
        let directory = env::temp_dir().join(format!("grantry-sqlite-{}-{name}", process::id()));
        fs::create_dir_all(&directory).unwrap();
        let store = SqliteStore::open(directory.join("grantry.db")).await.unwrap();
        Self(directory, store)
    }

    fn engine(&self) -> &Engine {
        &self.1.engine
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A row of so many bytes, by a statement that writes nothing else.
async fn write(engine: &Engine, name: &'static str, bytes: usize) -> Result<usize, StoreError> {
    let sql = "INSERT INTO clients (tenant, id, version, row) VALUES ('acme', ?1, 0, ?2)";
    engine.execute(sql, [name.to_owned().into(), "x".repeat(bytes).into()]).await
}

const TWICE: &str =
    "INSERT OR ROLLBACK INTO clients (tenant, id, version, row) VALUES ('acme', 'a', 0, '')";

async fn count(engine: &Engine) -> i64 {
    let sql = "SELECT count(*) FROM clients";
    engine.read(move |db| db.query_row(sql, [], |row| row.get(0))).await.unwrap()
}

/// Lets the file grow by so many pages from now on.
async fn bound(engine: &Engine, pages: i64) {
    let bound = move |db: &Connection| {
        let used: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
        db.pragma_update_and_check(None, "max_page_count", used + pages, |_| Ok(()))
    };
    engine.write(bound).await.unwrap();
}

async fn is_whole(engine: &Engine) {
    let check = |db: &Connection| db.pragma_query_value(None, "integrity_check", |row| row.get(0));
    assert_eq!(engine.read::<String>(check).await.unwrap(), "ok");
}

/// Holds the writer, so that what is asked meanwhile is written together. It goes on when this is dropped.
async fn hold(engine: &Engine) -> (mpsc::Sender<()>, impl Future<Output = Result<(), StoreError>>) {
    let (go, gone) = mpsc::channel::<()>();
    let (began, begun) = tokio::sync::oneshot::channel();
    let (gone, mut began) = (std::sync::Mutex::new(gone), Some(began));
    let mut held = Box::pin(engine.write(move |_| {
        if let Some(began) = began.take() {
            let _ = began.send(());
        }
        let _ = gone.lock().unwrap().recv();
        Ok(())
    }));
    assert!(futures_util::poll!(held.as_mut()).is_pending());
    begun.await.unwrap();
    (go, held)
}

#[tokio::test]
async fn f_17_a_full_disk_stops_writes_alone_and_until_there_is_room_again() {
    let scratch = Scratch::new("full").await;
    let engine = scratch.engine();
    write(engine, "before", 10).await.unwrap();
    bound(engine, 4).await;
    for _ in 0..3 {
        assert!(write(engine, "large", 100_000).await.is_err());
        assert_eq!(count(engine).await, 1);
    }
    bound(engine, 1_000_000).await;
    write(engine, "large", 100_000).await.unwrap();
    assert_eq!(count(engine).await, 2);
    is_whole(engine).await;
}

#[tokio::test]
async fn f_17_what_finds_no_room_takes_nothing_along_that_was_written_with_it() {
    let scratch = Scratch::new("along").await;
    let engine = scratch.engine();
    bound(engine, 4).await;
    let (go, held) = hold(engine).await;
    let asked = async {
        tokio::join!(
            write(engine, "a", 10),
            write(engine, "large", 100_000),
            write(engine, "b", 10),
            // SQLite undoes the whole transaction with it, as with an error of the disk.
            engine.execute(TWICE, []),
            write(engine, "c", 10),
        )
    };
    let go = async { drop(go) };
    let (held, (a, large, b, twice, c), ()) = tokio::join!(held, asked, go);
    held.unwrap();
    assert!(large.is_err() && twice.is_err());
    assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (1, 1, 1));
    assert_eq!(count(engine).await, 3);
    is_whole(engine).await;
}

#[tokio::test]
async fn f_19_of_a_commit_that_fails_nothing_is_answered_and_the_next_one_is_as_any() {
    let scratch = Scratch::new("commit").await;
    let engine = scratch.engine();
    let tables = "CREATE TABLE one (id INTEGER PRIMARY KEY); CREATE TABLE other \
        (id INTEGER REFERENCES one (id) DEFERRABLE INITIALLY DEFERRED)";
    engine.write(move |db| db.execute_batch(tables)).await.unwrap();
    let (go, held) = hold(engine).await;
    // SQLite finds out at the commit that this one is of nobody.
    let orphan = engine.execute("INSERT INTO other VALUES (7)", []);
    let asked = async { tokio::join!(write(engine, "a", 10), orphan, write(engine, "b", 10)) };
    let go = async { drop(go) };
    let (held, (a, orphan, b), ()) = tokio::join!(held, asked, go);
    held.unwrap();
    for answer in [a, orphan, b] {
        let error = answer.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "what came with it was not written");
    }
    assert_eq!(count(engine).await, 0);
    assert_eq!(write(engine, "a", 10).await.unwrap(), 1);
    assert_eq!(count(engine).await, 1);
    is_whole(engine).await;
}

#[tokio::test]
async fn what_waits_is_written_together_and_what_is_asked_before_the_end_is_done() {
    let scratch = Scratch::new("together").await;
    let engine = scratch.engine();
    let (go, held) = hold(engine).await;
    let names: Vec<&'static str> = (0..50).map(|n| &*format!("n{n}").leak()).collect();
    let asked = futures_util::future::join_all(names.iter().map(|name| write(engine, name, 10)));
    let closed = async {
        engine.close().await;
        write(engine, "late", 10).await
    };
    let go = async { drop(go) };
    let (held, asked, closed, ()) = tokio::join!(held, asked, closed, go);
    held.unwrap();
    assert!(asked.iter().all(Result::is_ok));
    assert!(closed.is_err());
    let path = scratch.0.join("grantry.db");
    assert!(!path.with_extension("db-wal").exists(), "all of it is in the one file");
    let rows = thread::spawn(move || {
        let db = Connection::open(path).unwrap();
        db.query_row("SELECT count(*) FROM clients", [], |row| row.get::<_, i64>(0)).unwrap()
    });
    assert_eq!(rows.join().unwrap(), 50);
}
