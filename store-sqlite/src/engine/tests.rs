//! Disks that are full, and transactions that come to nothing: what only the writer's own connection can play.

use std::{env, fs, path::PathBuf, process, sync::mpsc, thread, time::Duration};

use grantry::ports::StoreError;
use rusqlite::Connection;
use tokio::time::{sleep, timeout};

use super::{
    Engine,
    log::{Copier, LONG, REST, TOO_LONG},
};
use crate::SqliteStore;

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
    let rows = thread::spawn(move || {
        let db = Connection::open(path).unwrap();
        db.query_row("SELECT count(*) FROM clients", [], |row| row.get::<_, i64>(0)).unwrap()
    });
    assert_eq!(rows.join().unwrap(), 50);
    assert!(!scratch.0.join("grantry.db-wal").exists(), "all of it is in the one file");
}

/// Bytes of a page of the file, and of one in the log.
const PAGE: [u64; 2] = [4096, 4120];

/// Rows of a page each.
const FILL: &str = "INSERT INTO clients (tenant, id, version, row) \
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1) \
    SELECT 'acme', hex(randomblob(16)), 0, hex(zeroblob(1950)) FROM n";

impl Scratch {
    fn bytes(&self, name: &str) -> u64 {
        fs::metadata(self.0.join(name)).map_or(0, |file| file.len())
    }

    /// Writes rows of a page each, so many to a commit.
    async fn fill(&self, pages: u32, together: u32) {
        for _ in 0..pages / together {
            self.engine().execute(FILL, [i64::from(together).into()]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_in_a_long_log_comes_into_the_file_though_nobody_writes_any_more() {
    let scratch = Scratch::new("copied").await;
    scratch.fill(LONG + REST, 4).await;
    let copied = async {
        // An index takes pages of the log as well.
        while scratch.bytes("grantry.db") < PAGE[0] * u64::from(LONG / 4) {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(30), copied).await.expect("nobody copies it");
    assert!(count(scratch.engine()).await >= i64::from(LONG));
    is_whole(scratch.engine()).await;
}

#[tokio::test]
async fn a_log_begins_anew_however_fast_others_write() {
    let scratch = Scratch::new("log").await;
    let lanes = (0..8).map(|_| scratch.fill(TOO_LONG / 4, 20));
    futures_util::future::join_all(lanes).await;
    // Of twice as many pages: what is too long, and what a transaction adds to it.
    let most = TOO_LONG + LONG;
    assert!(scratch.bytes("grantry.db-wal") <= PAGE[1] * u64::from(most));
    assert_eq!(count(scratch.engine()).await, i64::from(TOO_LONG * 2));
    is_whole(scratch.engine()).await;
}

#[tokio::test]
async fn who_writes_copies_the_last_pages_so_that_the_log_begins_anew() {
    let scratch = Scratch::new("rest").await;
    let open = || Connection::open(scratch.0.join("grantry.db")).unwrap();
    let mut writer = open();
    let copier = Copier::watch(&mut writer, open()).unwrap();
    let copied = || copier.copied.lock().unwrap();
    writer.execute(FILL, [LONG]).unwrap();
    assert_eq!(*copied(), 0);
    // So much, and not what came meanwhile.
    *copied() = LONG;
    writer.execute(FILL, [1]).unwrap();
    assert!(*copied() > LONG);
    writer.execute(FILL, [1]).unwrap();
    assert_eq!(*copied(), 0);
}

#[tokio::test]
async fn who_writes_waits_for_who_copies_before_a_log_fills_a_disk() {
    let scratch = Scratch::new("waits").await;
    let nap = |millis| thread::sleep(Duration::from_millis(millis));
    let open = || Connection::open(scratch.0.join("grantry.db")).unwrap();
    let mut writer = open();
    let copier = Copier::watch(&mut writer, open()).unwrap();
    let copies = copier.copied.lock().unwrap();
    let writes = thread::spawn(move || {
        for _ in 0..TOO_LONG / 10 {
            writer.execute(FILL, [20]).unwrap();
        }
    });
    let too_long = PAGE[1] * u64::from(TOO_LONG);
    while scratch.bytes("grantry.db-wal") < too_long {
        nap(5);
    }
    // As long as it likes to write on.
    nap(200);
    assert!(scratch.bytes("grantry.db-wal") < too_long + PAGE[1] * u64::from(LONG));
    assert!(!writes.is_finished());
    drop(copies);
    writes.join().unwrap();
    assert_eq!(count(scratch.engine()).await, i64::from(TOO_LONG * 2));
}
