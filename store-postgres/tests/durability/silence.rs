//! A database that does not answer, or not in time.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use grantry::ports::{StoreError, Tickets};

use super::{
    proxy::Proxy,
    world::{
        builder, cluster, code, count, first, forty, new_cluster, observer, processes, soon, stuck,
        tenant, tickets,
    },
};

/// What so many at once were told, as texts of the causes.
async fn ask(tickets: &Arc<dyn Tickets>, calls: u64) -> Vec<String> {
    let all = (0..calls).map(|number| {
        let tickets = tickets.clone();
        tokio::spawn(async move { tickets.issue(&tenant(), &code(number)).await })
    });
    let all: Vec<_> = all.collect();
    soon(join_all(all)).await.into_iter().map(|told| cause(told.unwrap().map(drop))).collect()
}

fn cause(told: Result<(), StoreError>) -> String {
    let Err(error) = told else { return "done".to_owned() };
    std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default()
}

fn telling(told: &[String], words: &str) -> usize {
    told.iter().filter(|one| one.contains(words)).count()
}

/// Until a call is answered; how long that may take is the hang guard's to say.
async fn recovered(tickets: &dyn Tickets) {
    soon(async {
        while tickets.read(&tenant(), code(0).id).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// F-10: a line that went silent. Every call ends by a deadline, no more are under way than there is room
/// for, and no connection that was silent is used again.
#[tokio::test(flavor = "multi_thread")]
async fn f_10_a_silent_line_piles_nothing_up() {
    let proxy = Proxy::before(cluster().socket()).await;
    let store = builder(&proxy.url(""), "silent").connections(4).queue(60);
    let tickets = tickets(&store.connect().await.unwrap());
    assert_eq!(telling(&ask(&tickets, 64).await, "done"), 64);
    let lines = proxy.lines();
    proxy.silence(true);
    let told = ask(&tickets, 200).await;
    assert_eq!(telling(&told, "done"), 0);
    assert!(telling(&told, "too many calls") >= 100, "{told:?}");
    let late = telling(&told, "did not answer") + telling(&told, "no connection");
    assert_eq!(late + telling(&told, "too many calls"), 200, "{told:?}");
    proxy.silence(false);
    recovered(&*tickets).await;
    assert!(proxy.lines() > lines, "a silent line was used again");
    assert_eq!(soon(forty(&*tickets, 1000)).await.unwrap(), 40);
}

/// F-12: a server whose processes are all stopped, and go on.
#[tokio::test(flavor = "multi_thread")]
async fn f_12_a_server_that_was_stopped_goes_on() {
    let cluster = new_cluster();
    let store = builder(&cluster.url(), "stopped").connections(2).connect().await.unwrap();
    let (tickets, observer) = (tickets(&store), observer(&cluster).await);
    assert_eq!(telling(&ask(&tickets, 8).await, "done"), 8);
    let all = processes(&cluster, &observer).await;
    all.signal("STOP");
    let told = ask(&tickets, 20).await;
    assert_eq!(telling(&told, "done"), 0, "{told:?}");
    all.signal("CONT");
    recovered(&*tickets).await;
    assert_eq!(soon(forty(&*tickets, 1000)).await.unwrap(), 40);
    // What was asked while it was stopped may have been done: nobody was told that it was not.
    assert!(count(&observer, "stopped").await >= 40);
}

/// F-11, F-13: somebody holds a lock. Calls end by the server's own deadline or by ours.
#[tokio::test(flavor = "multi_thread")]
async fn f_11_a_lock_of_somebody_else_ends_calls_and_not_the_store() {
    let store = builder(&cluster().url(), "locked").connections(2).queue(200);
    let tickets = tickets(&store.connect().await.unwrap());
    assert_eq!(telling(&ask(&tickets, 8).await, "done"), 8);
    let holder = observer(cluster()).await;
    holder.batch_execute("BEGIN; LOCK TABLE locked.tickets").await.unwrap();
    let told = ask(&tickets, 200).await;
    assert_eq!(telling(&told, "done"), 0, "{told:?}");
    let waits = telling(&told, "no connection") + telling(&told, "did not answer");
    assert_eq!(waits + telling(&told, "57014"), 200, "{told:?}");
    holder.batch_execute("ROLLBACK").await.unwrap();
    recovered(&*tickets).await;
    assert_eq!(soon(forty(&*tickets, 1000)).await.unwrap(), 40);
    // No statement goes on in the server that nobody waits for.
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%locked%' AND state = 'active' \
               AND pid <> pg_backend_pid()";
    let active: i64 = holder.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(active, 0);
}

/// F-11: a line on which every answer is late, and not too late.
#[tokio::test(flavor = "multi_thread")]
async fn f_11_a_slow_line_is_used_by_as_many_as_it_can_serve() {
    let proxy = Proxy::before(cluster().socket()).await;
    let store = builder(&proxy.url(""), "slow").connections(8).connect().await.unwrap();
    let tickets = tickets(&store);
    assert_eq!(telling(&ask(&tickets, 64).await, "done"), 64);
    proxy.slow(Duration::from_millis(500));
    assert_eq!(soon(forty(&*tickets, 1000)).await.unwrap(), 40);
    proxy.slow(Duration::ZERO);
    assert_eq!(soon(forty(&*tickets, 2000)).await.unwrap(), 40);
}

/// F-15: whatever leaves a session in a transaction, the server ends it. Nothing here begins one, so the
/// line does.
#[tokio::test(flavor = "multi_thread")]
async fn f_15_a_session_that_was_left_in_a_transaction_is_ended() {
    let proxy = Proxy::before(cluster().socket()).await;
    let url = proxy.url("application_name=poisoned");
    let store = builder(&url, "poisoned").connections(1).connect().await.unwrap();
    let (tickets, observer) = (tickets(&store), observer(cluster()).await);
    tickets.issue(&tenant(), &first(0)).await.unwrap();
    proxy.poison_the_next_line();
    // Its only connection is replaced by one that the line spoils once it is set up.
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE application_name = 'poisoned'";
    observer.execute(end, &[]).await.unwrap();
    recovered(&*tickets).await;
    soon(async {
        while stuck(&observer, "poisoned").await == 0 {
            let _ = tickets.read(&tenant(), first(0).id).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        while stuck(&observer, "poisoned").await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    let before = count(&observer, "poisoned").await;
    assert_eq!(soon(forty(&*tickets, 1000)).await.unwrap(), 40);
    assert_eq!(count(&observer, "poisoned").await, before + 40);
}
