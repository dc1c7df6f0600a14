//! A process under load is killed at any moment, and the next one finds everything that was answered (F-02 to
//! F-06, P2).

use std::{
    collections::hash_map::RandomState, hash::BuildHasher, io::Read, path::Path, thread,
    time::Duration,
};

use grantry_conformance::{Bare, Stage, World, crash};
use grantry_sqlite::SqliteStore;
use rusqlite::Connection;

use crate::{
    child::{Process, file},
    scratch::Scratch,
    times,
};

#[test]
fn f_02_whoever_is_killed_leaves_behind_all_that_they_said() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut all = crash::Said::default();
    for _ in 0..times("GRANTRY_KILLS", 10) {
        let scratch = Scratch::new();
        let mut process = Process::start("killed::works", &scratch.path());
        let mut said = String::new();
        // Byte by byte: a line that is half there was not said.
        while !said.ends_with("ready\n") {
            let mut byte = [0];
            process.says.read_exact(&mut byte).unwrap();
            said.push(char::from(byte[0]));
        }
        thread::sleep(any(200));
        process.kill();
        process.says.read_to_string(&mut said).unwrap();
        is_whole(&scratch.path());
        let audited = runtime.block_on(async {
            let store = SqliteStore::open(scratch.path()).await.unwrap();
            let audited = crash::audit(store.clone(), &said).await;
            store.close().await;
            audited
        });
        is_whole(&scratch.path());
        all.redeemed += audited.redeemed;
        all.rotated += audited.rotated;
        all.ended += audited.ended;
    }
    println!("{all:?}");
    assert!(all.redeemed > 0 && all.rotated > 0 && all.ended > 0, "{all:?}");
}

#[test]
fn f_06_whoever_is_killed_while_they_open_a_file_is_followed_by_one_who_opens_it() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for _ in 0..times("GRANTRY_KILLS", 10) {
        let scratch = Scratch::new();
        let mut process = Process::start("killed::opens", &scratch.path());
        process.hears("ready");
        process.ask("go");
        thread::sleep(any(20));
        process.kill();
        let store = runtime.block_on(SqliteStore::open(scratch.path())).unwrap();
        runtime.block_on(World::new(store.clone()));
        runtime.block_on(store.close());
        is_whole(&scratch.path());
    }
}

/// Some time of up to so many milliseconds.
fn any(most: u64) -> Duration {
    // Each is made with keys of its own.
    Duration::from_micros(RandomState::new().hash_one(()) % (most * 1000))
}

pub fn is_whole(path: &Path) {
    let db = Connection::open(path).unwrap();
    let said: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(said, "ok");
}

/// What the process does that is killed.
#[test]
#[ignore = "a part of a test above, in a process of its own"]
fn works() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = SqliteStore::open(file()).await.unwrap();
        let world = World::new(store).await;
        let stage = Stage { driver: Box::new(Bare(world.server.clone())), world };
        // The harness has not ended its own line yet.
        println!();
        crash::work(&stage, |line| println!("{line}")).await;
    });
}

/// What the process does that is killed before it does anything.
#[test]
#[ignore = "a part of a test above, in a process of its own"]
fn opens() {
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(SqliteStore::open(file())).unwrap();
    thread::sleep(Duration::from_secs(60));
}
