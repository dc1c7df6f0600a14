//! A disk that fails to keep what it was given (F-19): whoever asked is told that nobody knows, nothing that was
//! acknowledged is lost, and where the disk recovers so does the store.

use grantry_conformance::{Bare, Stage, World, crash};
use grantry_sqlite::SqliteStore;

use crate::{
    child::{Process, file},
    killed::is_whole,
    scratch::Scratch,
};

/// The first call that fails: a world is made by some hundred and sixty.
const FIRST: u32 = 500;

/// A process on such a disk refreshes until it was refused so often. Returns what it said until it was killed,
/// and how often it was answered after it was first refused.
fn refused(numbers: &str, times: usize, scratch: &Scratch) -> (String, usize) {
    let mut process = Process::on_a_failing_disk(numbers, "failing::refreshes", &scratch.path());
    let (mut said, mut refused, mut answered) = (String::new(), 0, 0);
    while refused < times {
        let line = process.line();
        match line.split(' ').next() {
            Some("refused") => refused += 1,
            Some("chain") if refused > 0 => answered += 1,
            _ => {}
        }
        said = said + &line + "\n";
    }
    process.kill();
    (said, answered)
}

fn holds(said: &str, scratch: &Scratch) {
    is_whole(&scratch.path());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let audited = runtime.block_on(async {
        let store = SqliteStore::open(scratch.path()).await.unwrap();
        let audited = crash::audit(store.clone(), said).await;
        store.close().await;
        audited
    });
    assert!(audited.rotated > 0, "{audited:?}");
    is_whole(&scratch.path());
}

#[test]
fn f_19_a_disk_that_fails_now_and_again_costs_refusals_and_nothing_that_was_acknowledged() {
    let scratch = Scratch::new();
    let (said, answered) = refused(&format!("{FIRST}+7"), 30, &scratch);
    assert!(answered >= 100, "it was answered {answered} times between and after refusals");
    holds(&said, &scratch);
}

#[test]
fn f_19_a_disk_that_fails_for_good_acknowledges_nothing_more_and_loses_nothing() {
    let scratch = Scratch::new();
    let (said, answered) = refused(&format!("{FIRST}+"), 30, &scratch);
    assert_eq!(answered, 0, "what was not kept was acknowledged");
    holds(&said, &scratch);
}

/// What the process does whose disk fails: refreshes one grant without end, and says what it was told.
#[test]
#[ignore = "a part of the tests above, in a process of its own"]
fn refreshes() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = SqliteStore::open(file()).await.unwrap();
        let world = World::new(store).await;
        let s = Stage { driver: Box::new(Bare(world.server.clone())), world };
        // The harness has not ended its own line yet.
        println!();
        let mut token = s.tokens("strict", "backend").await.refresh;
        println!("secret {}", s.world.secret("strict", "backend"));
        println!("chain 0 {token}");
        loop {
            let answer = s.refresh("strict", "backend", &token).await;
            if answer.status == 503 {
                assert_eq!(answer.header("retry-after"), "1");
                println!("refused");
                continue;
            }
            token = answer.tokens().refresh;
            println!("chain 0 {token}");
        }
    });
}
