//! The store in memory as it is shipped, on real threads: whatever the machine happens to do, the
//! outcomes and the row are those of some order. Less is tried than by shuttle, and what is tried is
//! real: the locks of `DashMap`, and memory as the processor orders it.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

use grantry::{
    MemoryTickets,
    ports::Tickets,
    types::{Ticket, TicketId},
};
use schedules::{Operation, check, code, first, shown, tenant};

const ROUNDS: u64 = 3_000;
const WINDOW: Duration = Duration::from_secs(30);

#[test]
fn the_store_in_memory_presents_in_one_step_on_real_threads() {
    let store = Arc::new(MemoryTickets::default());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let races = [
        (code(), [shown(0, WINDOW), shown(0, WINDOW), shown(1, WINDOW), Operation::End]),
        (first(), [shown(1, WINDOW), shown(1, WINDOW), shown(2, WINDOW), Operation::Change]),
        (
            first(),
            [shown(1, Duration::ZERO), shown(1, Duration::ZERO), Operation::End, Operation::Change],
        ),
    ];
    for (race, (begun, operations)) in races.into_iter().enumerate() {
        let row = move |round: u64| {
            let id = u128::from(round) << 64 | race as u128;
            Ticket { id: TicketId::from_bytes(id.to_be_bytes()), ..begun.clone() }
        };
        for round in 0..ROUNDS {
            runtime.block_on(store.issue(&tenant(), &row(round))).unwrap();
        }
        let together = Arc::new(Barrier::new(operations.len()));
        let begin = |operation: &Operation| {
            let (store, together) = (store.clone(), together.clone());
            let (operation, row) = (operation.clone(), row.clone());
            thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let one = |round| {
                    together.wait();
                    let done = operation.clone().on(&*store, row(round).id);
                    runtime.block_on(done).unwrap()
                };
                (0..ROUNDS).map(one).collect::<Vec<_>>()
            })
        };
        let running: Vec<_> = operations.iter().map(begin).collect();
        let outcomes: Vec<_> = running.into_iter().map(|one| one.join().unwrap()).collect();
        for round in 0..ROUNDS {
            let came: Vec<_> = outcomes
                .iter()
                .map(|of_one| of_one[usize::try_from(round).unwrap()].clone())
                .collect();
            let left = runtime.block_on(store.read(&tenant(), row(round).id)).unwrap().unwrap();
            check(&row(round), &operations, &came, &left);
        }
    }
}
