//! Two processes on one file: who comes second sees who came first (F-16, F-37, P1).

use std::{collections::BTreeMap, io, time::Duration};

use grantry::{
    ports::{Stores, Tickets},
    types::{
        Binding, Generation, Presentation, Presented, Ticket, TicketId, TicketState, Timestamp,
        Version,
    },
};
use grantry_conformance::tenant_id;
use grantry_sqlite::SqliteStore;
use tokio::task::JoinSet;

use crate::{
    child::{Process, file},
    scratch::Scratch,
    times,
};

pub const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// How many rows both go for at once.
const AT_ONCE: u64 = 50;
/// How often each process goes for each.
const TRIES: usize = 2;

/// A grant with its first refresh token.
pub fn grant(id: u64) -> Ticket {
    let end = NOW.plus(Duration::from_secs(30 * 24 * 3600));
    Ticket {
        id: TicketId::from_bytes((u128::from(id) << 64).to_be_bytes()),
        version: Version::default(),
        generation: Generation::FIRST,
        state: TicketState::Live,
        client: "app".parse().unwrap(),
        subject: "alice".parse().unwrap(),
        scope: "read write".parse().unwrap(),
        audience: "https://api.example.com".parse().unwrap(),
        binding: None,
        refreshable: true,
        authenticated_at: NOW,
        changed_at: NOW,
        rotated_at: Timestamp::EPOCH,
        expires_at: end,
        ends_at: end,
        authorized: None,
        sender_key: None,
    }
}

/// A grant with its code.
pub fn code(id: u64) -> Ticket {
    let binding = Some(Binding::from_bytes([7; 32]));
    Ticket { generation: Generation::CODE, refreshable: false, binding, ..grant(id) }
}

/// The client shows one of its tokens.
pub fn shown(generation: u32) -> Presentation {
    Presentation {
        generation: Generation(generation),
        client: "app".parse().unwrap(),
        binding: Some(Binding::from_bytes([7; 32])),
        authenticated: false,
        sender: None,
        rotates: true,
        refreshable: true,
        window: Duration::from_secs(30),
        access: Duration::from_secs(600),
        idle: Duration::from_secs(24 * 3600),
        not_before: Timestamp::EPOCH,
    }
}

/// F-37, TK-02: one winner each, whichever process they ask.
#[test]
fn f_37_two_processes_go_for_the_same_codes_and_refresh_tokens_and_one_wins_each() {
    let scratch = Scratch::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(SqliteStore::open(scratch.path())).unwrap();
    let mut others = [(); 2].map(|()| Process::start("shared::another", &scratch.path()));
    others.iter_mut().for_each(|other| assert_eq!(other.hears("ready"), ""));
    let rounds = u64::try_from(times("GRANTRY_RACES", 400)).unwrap();
    for begin in (0..rounds).step_by(usize::try_from(AT_ONCE).unwrap()) {
        for (generation, row) in [(0_u32, code as fn(u64) -> Ticket), (1, grant)] {
            let ids = begin * 2 + u64::from(generation) * AT_ONCE;
            let ids = ids..ids + AT_ONCE;
            runtime.block_on(issue(&store, ids.clone().map(row)));
            let ask = format!("{generation} {} {}", ids.start, ids.end);
            others.iter_mut().for_each(|other| other.ask(&ask));
            let mut seen = BTreeMap::<(u64, String), usize>::new();
            for other in &mut others {
                for _ in 0..TRIES * usize::try_from(AT_ONCE).unwrap() {
                    let (id, outcome) = other.hears("came ").split_once(' ').map(owned).unwrap();
                    *seen.entry((id.parse().unwrap(), outcome)).or_default() += 1;
                }
            }
            for id in ids {
                let count = |outcome: &str| {
                    seen.get(&(id, outcome.to_owned())).copied().unwrap_or_default()
                };
                match generation {
                    0 => assert_eq!((count("redeemed"), count("reused")), (1, 1), "{seen:?}"),
                    _ => assert_eq!((count("rotated"), count("retried")), (1, 3), "{seen:?}"),
                }
            }
        }
    }
    others.into_iter().for_each(Process::end);
}

fn owned((id, outcome): (&str, &str)) -> (String, String) {
    (id.to_owned(), outcome.to_owned())
}

async fn issue(store: &SqliteStore, rows: impl Iterator<Item = Ticket>) {
    let mut issued = JoinSet::new();
    for row in rows {
        let store = store.clone();
        issued.spawn(async move { store.issue(&tenant_id("acme"), &row).await.unwrap() });
    }
    issued.join_all().await;
}

/// What another process does: presents what it is told to, all at once, and says what it came to.
#[test]
#[ignore = "a part of the test above, in a process of its own"]
fn another() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store: Stores = runtime.block_on(SqliteStore::open(file())).unwrap().into();
    println!("ready");
    for line in io::stdin().lines() {
        let line = line.unwrap();
        let numbers: Vec<u64> = line.split(' ').map(|number| number.parse().unwrap()).collect();
        let generation = u32::try_from(numbers[0]).unwrap();
        let mut presented = JoinSet::new();
        for id in (numbers[1]..numbers[2]).flat_map(|id| [id; TRIES]) {
            let tickets = store.tickets.clone();
            let present = async move {
                let now = NOW.plus(Duration::from_secs(1));
                let id = (id, grant(id).id);
                let outcome =
                    tickets.present(&tenant_id("acme"), id.1, &shown(generation), now).await;
                (id.0, outcome.unwrap())
            };
            presented.spawn_on(present, runtime.handle());
        }
        for (id, outcome) in runtime.block_on(presented.join_all()) {
            println!("came {id} {}", name(&outcome));
        }
    }
}

fn name(outcome: &Presented) -> &'static str {
    match outcome {
        Presented::Redeemed(_) => "redeemed",
        Presented::Held(_) => "held",
        Presented::Rotated(_) => "rotated",
        Presented::Retried(_) => "retried",
        Presented::Reused(_) => "reused",
        Presented::RolledBack(_) => "rolled_back",
        Presented::Refused => "refused",
    }
}
