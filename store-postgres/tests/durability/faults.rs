//! Servers that end, and lines that break, at the worst moment.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use grantry::{
    ports::{Create, Tickets},
    types::{Generation, Presented},
};
use postgres_cluster::Cluster;
use tokio::task::JoinSet;

use super::{
    proxy::Proxy,
    world::{T0, builder, cluster, code, first, new_cluster, rounds, shown, soon, tenant, tickets},
};

/// F-09: the answer to a write was cut off. It was done once, its caller is told that nobody knows, and a
/// caller who asks again gets what was done.
#[tokio::test(flavor = "multi_thread")]
async fn f_09_an_answer_that_was_cut_off_is_an_error_and_no_second_write() {
    let proxy = Proxy::before(cluster().socket()).await;
    let store = builder(&proxy.url(""), "cut").connections(2).connect().await.unwrap();
    let tickets = tickets(&store);
    for number in 0..20 {
        tickets.issue(&tenant(), &first(number)).await.unwrap();
        proxy.cut_answer_to("UPDATE tickets");
        let id = first(number).id;
        let present = async || tickets.present(&tenant(), id, &shown(1), T0).await;
        soon(present()).await.unwrap_err();
        let row = soon(tickets.read(&tenant(), id)).await.unwrap().unwrap();
        assert_eq!((row.version.0, row.generation), (1, Generation(2)));
        let again = soon(present()).await.unwrap();
        assert!(matches!(&again, Presented::Retried(row) if row.generation.0 == 2), "{again:?}");
    }
    proxy.cut_answer_to("INSERT INTO tickets");
    soon(tickets.issue(&tenant(), &code(99))).await.unwrap_err();
    assert_eq!(soon(tickets.issue(&tenant(), &code(99))).await.unwrap(), Create::Conflict);
}

/// A read that was cut off is asked again, and its caller does not notice.
#[tokio::test(flavor = "multi_thread")]
async fn a_read_that_was_cut_off_is_asked_again() {
    let proxy = Proxy::before(cluster().socket()).await;
    let store = builder(&proxy.url(""), "reads").connections(2).connect().await.unwrap();
    let tickets = tickets(&store);
    tickets.issue(&tenant(), &first(0)).await.unwrap();
    for _ in 0..20 {
        proxy.cut_answer_to("SELECT id");
        assert!(soon(tickets.read(&tenant(), first(0).id)).await.unwrap().is_some());
    }
}

/// What was acknowledged: the generation of each grant.
type Acknowledged = Arc<Mutex<HashMap<u64, u32>>>;

/// Fifty clients: each issues grants and refreshes them, for as long as nobody says stop.
fn load(tickets: &Arc<dyn Tickets>, stop: &Arc<AtomicBool>, kept: &Acknowledged) -> JoinSet<u64> {
    let mut clients = JoinSet::new();
    for client in 0..50 {
        let (tickets, stop, kept) = (tickets.clone(), stop.clone(), kept.clone());
        clients.spawn(async move {
            let mut failures = 0;
            let mut number = client * 1_000_000;
            while !stop.load(SeqCst) {
                failures += u64::from(!grow(&*tickets, number, &kept).await);
                number += 1;
            }
            failures
        });
    }
    clients
}

/// Issues a grant and refreshes it, as long as it is answered. Returns whether it always was.
async fn grow(tickets: &dyn Tickets, number: u64, kept: &Acknowledged) -> bool {
    let keep = |generation| kept.lock().unwrap().insert(number, generation);
    let Ok(created) = tickets.issue(&tenant(), &first(number)).await else { return false };
    assert_eq!(created, Create::Created);
    keep(1);
    let mut now = T0;
    for generation in 1..6 {
        now = now.plus(Duration::from_secs(60));
        match tickets.present(&tenant(), first(number).id, &shown(generation), now).await {
            Ok(Presented::Rotated(row)) => keep(row.generation.0),
            Ok(other) => panic!("{other:?}"),
            Err(_) => return false,
        };
    }
    true
}

/// Crashes the server so often under load, and looks whether everything that was acknowledged is there.
async fn crash(cluster: &Cluster, times: u64, schema: &str) {
    let store = builder(&cluster.url(), schema).connections(8).connect().await.unwrap();
    let tickets = tickets(&store);
    let (stop, kept) = (Arc::new(AtomicBool::new(false)), Acknowledged::default());
    let mut clients = load(&tickets, &stop, &kept);
    for _ in 0..times {
        let before = kept.lock().unwrap().len();
        let grown = async {
            while kept.lock().unwrap().len() < before + 100 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        soon(grown).await;
        tokio::task::block_in_place(|| {
            cluster.crash().unwrap();
            cluster.resume().unwrap();
        });
    }
    stop.store(true, SeqCst);
    let mut failures = 0;
    while let Some(client) = soon(clients.join_next()).await {
        failures += client.unwrap();
    }
    assert!(failures >= times, "{failures} failures by {times} crashes");
    let kept = std::mem::take(&mut *kept.lock().unwrap());
    assert!(kept.len() >= 100);
    for (number, generation) in kept {
        let row = soon(tickets.read(&tenant(), first(number).id)).await.unwrap();
        let row = row.unwrap_or_else(|| panic!("{number} was acknowledged and is lost"));
        let (has, told) = (row.generation.0, generation);
        assert!(has == told || has == told + 1, "{number} is {has} and was told to be {told}");
        assert_eq!(u64::from(has), row.version.0 + 1, "{number} was written twice");
    }
}

/// F-07: the server ends at once under load and comes again. The store goes on by itself.
#[tokio::test(flavor = "multi_thread")]
async fn f_07_nothing_acknowledged_is_lost_by_a_crash_of_the_server() {
    let cluster = new_cluster();
    crash(&cluster, 1, "crashed").await;
}

/// F-08: and again and again. `GRANTRY_CRASHES` says how often.
#[tokio::test(flavor = "multi_thread")]
async fn f_08_nothing_acknowledged_is_lost_by_many_crashes() {
    let cluster = new_cluster();
    crash(&cluster, rounds("GRANTRY_CRASHES", 5), "crashes").await;
}
