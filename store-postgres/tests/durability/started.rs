//! How a store begins: alone, with others, after one that was killed, before a newer one.

use std::time::Duration;

use futures_util::future::join_all;
use grantry_postgres::{ConnectError, PostgresStore};

use super::{
    proxy::Proxy,
    world::{builder, cluster, forty, observer, soon, store, tickets},
};

/// F-06: of many that start at once one migrates, and all have a store.
#[tokio::test(flavor = "multi_thread")]
async fn f_06_many_nodes_start_at_once() {
    let all = (0..8).map(|_| {
        tokio::spawn(async {
            let store = builder(&cluster().url(), "many").connections(2).connect().await.unwrap();
            tickets(&store).read(&super::world::tenant(), super::world::code(1).id).await.unwrap()
        })
    });
    let all: Vec<_> = all.collect();
    for started in soon(join_all(all)).await {
        assert_eq!(started.unwrap(), None);
    }
}

/// F-06: a node whose line ends after any message of its start leaves nothing that stops the next one.
#[tokio::test(flavor = "multi_thread")]
async fn f_06_after_a_node_that_was_cut_off_anywhere_the_next_one_starts() {
    let observer = observer(cluster()).await;
    let mut messages = 1;
    loop {
        let schema = format!("cut_{messages}");
        let proxy = Proxy::before(cluster().socket()).await;
        proxy.end_after(messages);
        let cut = builder(&proxy.url(""), &schema).connections(1).migrate();
        let cut = soon(cut).await;
        if !proxy.ended() {
            cut.unwrap();
            break;
        }
        if cut.is_err() {
            let next = builder(&cluster().url(), &schema).connections(1).connect();
            let next = soon(next).await.unwrap();
            assert_eq!(forty(&*tickets(&next), 0).await.unwrap(), 40, "after {messages}");
        }
        observer.batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await.unwrap();
        messages += 1;
    }
    assert!(messages > 20, "it was cut {messages} times");
}

/// F-38: an older program works on a schema that says it may, and on no other.
#[tokio::test(flavor = "multi_thread")]
async fn f_38_a_newer_schema_is_used_only_if_it_is_marked_compatible() {
    let (observer, url) = (observer(cluster()).await, cluster().url());
    store(&url, "newer").await;
    let mark = async |oldest: i32| {
        let mark = "UPDATE newer.schema_version SET version = 7, oldest = $1";
        observer.execute(mark, &[&oldest]).await.unwrap();
    };
    mark(1).await;
    let older = store(&url, "newer").await;
    assert_eq!(forty(&*tickets(&older), 0).await.unwrap(), 40);
    mark(4).await;
    let refused = builder(&url, "newer").connect().await.unwrap_err();
    let ConnectError::Newer { found: 7, known: 3, oldest: 4 } = refused else {
        panic!("{refused:?}")
    };
    let left: i32 =
        observer.query_one("SELECT version FROM newer.schema_version", &[]).await.unwrap().get(0);
    assert_eq!(left, 7);
}

/// Migrations may be somebody else's to run.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_may_not_migrate_needs_a_schema() {
    let url = cluster().url();
    let refused = builder(&url, "theirs").migrations(false).connect().await.unwrap_err();
    assert!(matches!(refused, ConnectError::Older { found: 0, known: 3 }), "{refused:?}");
    builder(&url, "theirs").migrate().await.unwrap();
    builder(&url, "theirs").migrations(false).connect().await.unwrap();
}

/// A role that owns nothing but rows is enough, once there is a schema.
#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_only_read_and_write_rows_is_enough() {
    let (observer, url) = (observer(cluster()).await, cluster().url());
    builder(&url, "rows").migrate().await.unwrap();
    let grants = "CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA rows TO clerk; \
                  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA rows TO clerk";
    observer.batch_execute(grants).await.unwrap();
    let clerk = builder(&url.replace("postgres@", "clerk@"), "rows").connect().await.unwrap();
    assert_eq!(forty(&*tickets(&clerk), 0).await.unwrap(), 40);
}

/// What cannot be said or reached is told in words, without the URL.
#[tokio::test(flavor = "multi_thread")]
async fn lg_11_what_is_wrong_is_told_without_the_password() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let builder = || PostgresStore::builder("postgres://u:hunter2@127.0.0.1:1/db");
    let all = [
        PostgresStore::connect(&format!("postgres://u:hunter2@{nobody}/db")).await.unwrap_err(),
        PostgresStore::connect("postgres://u:hunter2@127.0.0.1:x/db").await.unwrap_err(),
        builder().schema("Not A Schema").connect().await.unwrap_err(),
        builder().connections(0).connect().await.unwrap_err(),
        builder().statement_deadline(Duration::ZERO).connect().await.unwrap_err(),
        builder().connect().await.unwrap_err(),
    ];
    for error in all {
        let said = format!("{error} {error:?} {:?}", builder());
        assert!(!said.contains("hunter2"), "{said}");
        assert!(error.to_string().len() > 10, "{error}");
    }
}
