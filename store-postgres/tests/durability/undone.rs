//! What the server undoes for the sake of another, and the store sends again.

use std::{sync::Arc, time::Duration};

use grantry::{
    ports::Tickets,
    types::{Presented, Whose},
};
use tokio_postgres::Client;

use super::{
    proxy::Proxy,
    world::{T0, builder, cluster, first, observer, parsed, shown, soon, tenant, tickets},
};

/// A store of this name whose sessions have such a setting, the line to it, and somebody else at the server.
async fn begin(name: &str, setting: &str) -> (Proxy, Arc<dyn Tickets>, Client) {
    let proxy = Proxy::before(cluster().socket()).await;
    let url = proxy.url(&format!("application_name={name}&options=-c%20{setting}"));
    let patient = Duration::from_secs(100);
    let store = builder(&url, name).connections(1).statement_deadline(patient).connect().await;
    (proxy, tickets(&store.unwrap()), observer(cluster()).await)
}

/// Until a statement of this store waits for a lock.
async fn waits(name: &str) {
    let observer = observer(cluster()).await;
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE application_name = $1 AND wait_event_type = 'Lock'";
    soon(async {
        while observer.query_one(sql, &[&name]).await.unwrap().get::<_, i64>(0) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

fn writes(proxy: &Proxy) -> usize {
    proxy.sent().iter().filter(|sql| sql.contains("UPDATE tickets")).count()
}

/// SQLSTATE 40001: another write came first, and the transaction sees rows of before.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_serializable_is_sent_again() {
    let setting = "default_transaction_isolation%3Dserializable";
    let (proxy, tickets, other) = begin("not_serializable", setting).await;
    tickets.issue(&tenant(), &first(1)).await.unwrap();
    let write = "BEGIN; UPDATE not_serializable.tickets SET outcome = outcome";
    other.batch_execute(write).await.unwrap();
    proxy.sent();
    let presented = tokio::spawn({
        let tickets = tickets.clone();
        async move { tickets.present(&tenant(), first(1).id, &shown(1), T0).await }
    });
    waits("not_serializable").await;
    other.batch_execute("COMMIT").await.unwrap();
    let presented = soon(presented).await.unwrap().unwrap();
    assert!(matches!(&presented, Presented::Rotated(row) if row.version.0 == 1), "{presented:?}");
    assert_eq!(writes(&proxy), 2, "nothing was undone");
}

/// SQLSTATE 40P01: each of two holds a row that the other one wants.
#[tokio::test(flavor = "multi_thread")]
async fn what_met_a_deadlock_is_sent_again() {
    // Whoever looks first whether it is one gives way. The other one never looks.
    let (proxy, tickets, other) = begin("deadlock", "deadlock_timeout%3D4s").await;
    for number in [1, 2] {
        tickets.issue(&tenant(), &first(number)).await.unwrap();
    }
    let id = |number| format!("'\\x{:032x}'", u128::from_be_bytes(*first(number).id.as_bytes()));
    let write = format!("UPDATE deadlock.tickets SET outcome = outcome WHERE id = {}", id(2));
    let write = format!("BEGIN; SET LOCAL deadlock_timeout = '1h'; {write}");
    other.batch_execute(&write).await.unwrap();
    proxy.sent();
    let ended = tokio::spawn({
        let tickets = tickets.clone();
        async move { tickets.end(&tenant(), Whose::Subject(parsed("alice")), T0).await }
    });
    // It holds the first row and wants the second.
    waits("deadlock").await;
    let write = format!("UPDATE deadlock.tickets SET outcome = outcome WHERE id = {}", id(1));
    soon(other.batch_execute(&format!("{write}; COMMIT"))).await.unwrap();
    assert_eq!(soon(ended).await.unwrap().unwrap(), 2);
    assert_eq!(writes(&proxy), 2, "nothing was undone");
    for number in [1, 2] {
        let row = tickets.read(&tenant(), first(number).id).await.unwrap().unwrap();
        assert_eq!(row.version.0, 1);
        assert!(!row.is_live(T0));
    }
}
