//! A whole server over HTTP whose database fails: who asks for tokens is told to come back within the store's
//! deadlines, documents are answered as ever, and when the database is back so is the server, with all that it
//! had acknowledged. The server is never started again.

use std::{env, sync::Arc, time::Duration};

use futures_util::future::join_all;
use grantry_conformance::{Socket, Stage, World, outage::Promised};
use grantry_postgres::Builder;
use postgres_cluster::Cluster;
use small_disk::Disk;
use tokio::{
    net::TcpListener,
    task::{JoinHandle, spawn_blocking},
};

use super::{
    proxy::Proxy,
    world::{builder, cluster, new_cluster, observer, processes, soon},
};

/// A server on this store, as axum serves it.
async fn serve(store: Builder) -> Stage {
    let world = World::new(store.connect().await.unwrap()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let driver = Socket::to(listener.local_addr().unwrap());
    let app = grantry_axum::router::<()>(&world.server);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Stage { driver, world }
}

/// Clients go on while something is done to the database.
async fn meanwhile(s: &Stage, promised: &mut Promised, done: JoinHandle<()>) {
    while !done.is_finished() {
        promised.round(s).await;
    }
    done.await.unwrap();
}

/// The database does not answer: neither does the server, but for documents.
async fn is_down(s: &Stage, promised: &mut Promised) {
    let round = promised.round(s).await;
    assert!(round.answered == 0 && round.unavailable > 0, "{round:?}");
}

/// It answers again.
async fn is_back(s: &Stage, mut promised: Promised) {
    soon(promised.recover(s)).await;
    promised.hold(s).await;
}

/// F-07: the database ends under load, as by a crash, is away for a while, and starts under load.
#[tokio::test(flavor = "multi_thread")]
async fn f_07_a_server_whose_database_ended_goes_on_when_it_is_back() {
    let cluster = Arc::new(new_cluster());
    let s = serve(builder(&cluster.url(), "served")).await;
    let mut promised = Promised::begin(&s, 20).await;
    let server = cluster.clone();
    meanwhile(&s, &mut promised, spawn_blocking(move || server.crash().unwrap())).await;
    is_down(&s, &mut promised).await;
    let server = cluster.clone();
    meanwhile(&s, &mut promised, spawn_blocking(move || server.resume().unwrap())).await;
    is_back(&s, promised).await;
}

/// F-12: all its processes are stopped, and go on.
#[tokio::test(flavor = "multi_thread")]
async fn f_12_a_server_whose_database_was_frozen_goes_on_when_it_does() {
    let cluster = new_cluster();
    let s = serve(builder(&cluster.url(), "served")).await;
    let (mut promised, observer) = (Promised::begin(&s, 20).await, observer(&cluster).await);
    let all = processes(&cluster, &observer).await;
    all.signal("STOP");
    for _ in 0..2 {
        is_down(&s, &mut promised).await;
    }
    all.signal("CONT");
    is_back(&s, promised).await;
}

/// F-10: the line to it goes silent.
#[tokio::test(flavor = "multi_thread")]
async fn f_10_a_server_whose_line_went_silent_goes_on_when_it_is_back() {
    let proxy = Proxy::before(cluster().socket()).await;
    let s = serve(builder(&proxy.url(""), "served_silent")).await;
    let mut promised = Promised::begin(&s, 20).await;
    proxy.silence(true);
    is_down(&s, &mut promised).await;
    proxy.silence(false);
    is_back(&s, promised).await;
}

/// F-09: answers to writes are cut off. Whoever asks again gets what was done, and nothing is done twice.
#[tokio::test(flavor = "multi_thread")]
async fn f_09_a_server_that_lost_an_answer_does_nothing_twice() {
    let proxy = Proxy::before(cluster().socket()).await;
    let s = serve(builder(&proxy.url(""), "served_cut")).await;
    let mut promised = Promised::begin(&s, 30).await;
    for _ in 0..10 {
        proxy.cut_answer_to("UPDATE tickets");
        let round = promised.round(&s).await;
        assert!(round.unavailable == 1, "{round:?}");
    }
    is_back(&s, promised).await;
}

/// F-11: it is slow, and then too slow.
#[tokio::test(flavor = "multi_thread")]
async fn f_11_a_server_whose_database_is_slow_waits_for_so_long_and_no_longer() {
    let proxy = Proxy::before(cluster().socket()).await;
    let s = serve(builder(&proxy.url(""), "served_slow")).await;
    let mut promised = Promised::begin(&s, 20).await;
    proxy.slow(Duration::from_millis(200));
    assert_eq!(promised.round(&s).await.unavailable, 0);
    proxy.slow(Duration::from_secs(5));
    is_down(&s, &mut promised).await;
    proxy.slow(Duration::ZERO);
    is_back(&s, promised).await;
}

/// F-13: more ask at once than the pool and its queue hold. Some are answered, and nobody waits for long.
#[tokio::test(flavor = "multi_thread")]
async fn f_13_a_server_whose_pool_is_exhausted_answers_as_many_as_it_can() {
    let proxy = Proxy::before(cluster().socket()).await;
    let s = serve(builder(&proxy.url(""), "served_pool").connections(2).queue(8)).await;
    let mut all = Vec::new();
    for _ in 0..4 {
        all.push(Promised::begin(&s, 10).await);
    }
    proxy.slow(Duration::from_millis(200));
    let rounds = join_all(all.iter_mut().map(|promised| promised.round(&s))).await;
    let (answered, unavailable): (Vec<_>, Vec<_>) =
        rounds.iter().map(|round| (round.answered, round.unavailable)).unzip();
    assert!(answered.iter().sum::<usize>() > 0, "{rounds:?}");
    assert!(unavailable.iter().sum::<usize>() > 0, "{rounds:?}");
    proxy.slow(Duration::ZERO);
    for promised in all {
        is_back(&s, promised).await;
    }
}

/// F-18: its disk is full. What finds no room is told to come back, and it goes on by itself.
#[tokio::test(flavor = "multi_thread")]
async fn f_18_a_server_whose_database_has_no_room_goes_on_when_there_is_some() {
    let disk = Disk::new(&env::temp_dir(), 128 << 20).unwrap();
    let cluster = Cluster::start(&[disk.path()], &[]).unwrap();
    let s = serve(builder(&cluster.url(), "served")).await;
    let mut promised = Promised::begin(&s, 20).await;
    disk.fill().unwrap();
    let no_room = async { while promised.round(&s).await.unavailable == 0 {} };
    soon(no_room).await;
    assert!(cluster.runs());
    disk.free().unwrap();
    is_back(&s, promised).await;
}

/// F-18: it cannot write its log. It ends by itself, and somebody makes room and starts it again.
#[tokio::test(flavor = "multi_thread")]
async fn f_18_a_server_whose_database_could_not_write_its_log_goes_on_when_it_is_started_again() {
    let disk = Disk::new(&env::temp_dir(), 128 << 20).unwrap();
    let cluster = Cluster::start(&[disk.path()], &[]).unwrap();
    let s = serve(builder(&cluster.url(), "served")).await;
    let (mut promised, observer) = (Promised::begin(&s, 20).await, observer(&cluster).await);
    disk.fill().unwrap();
    // The next segment of the log is a new file.
    drop(observer.batch_execute("SELECT pg_switch_wal()").await);
    soon(async {
        while cluster.runs() {
            promised.round(&s).await;
        }
    })
    .await;
    is_down(&s, &mut promised).await;
    disk.free().unwrap();
    tokio::task::block_in_place(|| cluster.resume().unwrap());
    is_back(&s, promised).await;
}
