//! A log that is copied, however fast or slowly somebody writes, and gone with the store.

use std::{fs, thread, time::Duration};

use rusqlite::Connection;
use tokio::time::{sleep, timeout};

use super::{
    super::log::{Copier, LONG, REST, TOO_LONG, leave},
    Scratch, count, is_whole,
};

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

    fn open(&self) -> Connection {
        Connection::open(self.0.join("grantry.db")).unwrap()
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
        while scratch.bytes("grantry.db") < PAGE[0] * u64::from(LONG + REST) {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(30), copied).await.expect("nobody copies it");
    is_whole(scratch.engine()).await;
}

#[tokio::test]
async fn a_store_that_closes_leaves_no_log_however_much_it_keeps_in_memory() {
    for _ in 0..8 {
        let scratch = Scratch::new("leaves").await;
        scratch.fill(2 * LONG, 20).await;
        scratch.engine().close().await;
        assert!(!scratch.0.join("grantry.db-wal").exists());
    }
}

#[tokio::test]
async fn a_log_begins_anew_however_fast_somebody_writes() {
    let scratch = Scratch::new("log").await;
    let mut writer = scratch.open();
    let copier = Copier::watch(&mut writer, scratch.open()).unwrap();
    let copies = thread::spawn(move || copier.serve());
    for _ in 0..TOO_LONG / 10 {
        writer.execute(FILL, [20]).unwrap();
    }
    // Of twice as many pages: what is too long, and what a transaction adds to it.
    assert!(scratch.bytes("grantry.db-wal") <= PAGE[1] * u64::from(TOO_LONG + LONG));
    let whole: String =
        writer.pragma_query_value(None, "integrity_check", |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    assert_eq!(count(scratch.engine()).await, i64::from(TOO_LONG * 2));
    leave(&mut writer);
    copies.join().unwrap();
}

#[tokio::test]
async fn who_writes_copies_the_last_pages_so_that_the_log_begins_anew() {
    let scratch = Scratch::new("rest").await;
    let mut writer = scratch.open();
    let copier = Copier::watch(&mut writer, scratch.open()).unwrap();
    let copied = || copier.copied.lock().unwrap();
    writer.execute(FILL, [LONG]).unwrap();
    assert_eq!(*copied(), 0);
    // So much, and not what came meanwhile.
    *copied() = LONG;
    writer.execute(FILL, [1]).unwrap();
    assert!(*copied() > LONG);
    writer.execute(FILL, [1]).unwrap();
    assert_eq!(*copied(), 0);
    // Another log, as long: nothing of it is copied.
    *copied() = 2 * LONG;
    writer.execute(FILL, [LONG + REST]).unwrap();
    assert_eq!(*copied(), 0);
}

#[tokio::test]
async fn who_writes_waits_for_who_copies_before_a_log_fills_a_disk() {
    let scratch = Scratch::new("waits").await;
    let nap = |millis| thread::sleep(Duration::from_millis(millis));
    let mut writer = scratch.open();
    let copier = Copier::watch(&mut writer, scratch.open()).unwrap();
    let copies = copier.copied.lock().unwrap();
    let writes = thread::spawn(move || {
        for _ in 0..TOO_LONG / 10 {
            writer.execute(FILL, [20]).unwrap();
        }
    });
    let too_long = PAGE[1] * u64::from(TOO_LONG);
    while scratch.bytes("grantry.db-wal") < too_long && !writes.is_finished() {
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
