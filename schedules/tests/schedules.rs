//! P1, TK-02, RF-01, RF-07: whoever comes between whom, the outcomes and the row are those of some
//! order, one after the other.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex},
    time::Duration,
};

use grantry::{ports::Tickets, types::Ticket};
use schedules::{
    CheckThenAct, Operation, Row, check, code, first, memory::MemoryTickets, shown, tenant,
};
use shuttle::{
    Config, Runner,
    future::block_on,
    scheduler::{DfsScheduler, RandomScheduler, Scheduler},
    thread,
};

/// How many schedules of three operations are tried.
const BY_CHANCE: usize = 5_000;
const WINDOW: Duration = Duration::from_secs(30);

/// A store that has one row.
type Make = fn(Ticket) -> Arc<dyn Tickets>;

fn by_default(row: Ticket) -> Arc<dyn Tickets> {
    Arc::new(Row::new(row))
}

fn in_memory(row: Ticket) -> Arc<dyn Tickets> {
    let store = MemoryTickets::default();
    block_on(store.issue(&tenant(), &row)).unwrap();
    Arc::new(store)
}

fn check_then_act(row: Ticket) -> Arc<dyn Tickets> {
    Arc::new(CheckThenAct(Row::new(row)))
}

/// A race: the row that it begins with, and what is done to it at once.
type Race = (Ticket, Vec<Operation>);

fn races() -> Vec<Race> {
    let code_is_shown = || shown(0, WINDOW);
    let refresh = || shown(1, WINDOW);
    vec![
        (code(), vec![code_is_shown(), code_is_shown(), code_is_shown()]),
        (code(), vec![code_is_shown(), code_is_shown(), Operation::End]),
        (code(), vec![code_is_shown(), Operation::End, Operation::Change]),
        (code(), vec![code_is_shown(), shown(1, WINDOW), Operation::End]),
        (first(), vec![refresh(), refresh(), refresh()]),
        (first(), vec![refresh(), shown(2, WINDOW), Operation::End]),
        (first(), vec![refresh(), refresh(), Operation::Change]),
        (first(), vec![shown(1, Duration::ZERO), shown(1, Duration::ZERO), Operation::End]),
    ]
}

/// Runs a race once, and notes which orders its outcomes may have come by.
fn run(make: Make, (begun, operations): &Race, seen: &Mutex<BTreeSet<Vec<usize>>>) {
    let (store, id) = (make(begun.clone()), begun.id);
    let begin = |operation: &Operation| {
        let (store, operation) = (store.clone(), operation.clone());
        thread::spawn(move || block_on(operation.on(&*store, id)).unwrap())
    };
    let running: Vec<_> = operations.iter().map(begin).collect();
    let outcomes: Vec<_> = running.into_iter().map(|one| one.join().unwrap()).collect();
    let left = block_on(store.read(&tenant(), id)).unwrap().unwrap();
    let orders = check(begun, operations, &outcomes, &left);
    seen.lock().unwrap().extend(orders);
}

/// Every schedule of every two of a race's operations, and so many by chance of all three: there are
/// millions. Returns how many were tried.
fn explore(make: Make) -> usize {
    let mut tried = 0;
    for (begun, operations) in races() {
        for left_out in 0..operations.len() {
            let mut two = operations.clone();
            two.remove(left_out);
            let every = Runner::new(DfsScheduler::new(None, false), Config::default());
            tried += every_order_is_seen(every, make, (begun.clone(), two));
        }
        let some = RandomScheduler::new_from_seed(7, BY_CHANCE);
        let some = Runner::new(some, Config::default());
        tried += every_order_is_seen(some, make, (begun, operations));
    }
    tried
}

fn every_order_is_seen(runner: Runner<impl Scheduler + 'static>, make: Make, race: Race) -> usize {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let (noted, count) = (seen.clone(), race.1.len());
    let tried = runner.run(move || run(make, &race, &noted));
    let orders = seen.lock().unwrap().len();
    assert_eq!(orders, (1..=count).product::<usize>(), "some order was never seen");
    tried
}

#[test]
fn the_default_present_is_one_step_whoever_comes_between() {
    let tried = explore(by_default);
    println!("{tried} schedules");
    assert!(tried > 40_000, "only {tried} schedules");
}

#[test]
fn the_present_of_the_store_in_memory_is_one_step_whoever_comes_between() {
    let tried = explore(in_memory);
    println!("{tried} schedules");
    assert!(tried > 40_000, "only {tried} schedules");
}

#[test]
fn a_store_that_checks_and_then_acts_is_found_out() {
    let found = panic::catch_unwind(AssertUnwindSafe(|| explore(check_then_act)));
    assert!(found.is_err(), "nothing was wrong with it");
}
