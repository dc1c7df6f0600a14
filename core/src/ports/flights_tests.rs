use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::poll;
use tokio::sync::Semaphore;

use super::*;

/// Reads that are counted, and answered when they are let.
#[derive(Default)]
struct Store {
    reads: AtomicUsize,
    fails: std::sync::atomic::AtomicBool,
}

async fn read(store: Arc<Store>, lets: Arc<Semaphore>) -> Result<usize, StoreError> {
    let number = store.reads.fetch_add(1, Ordering::SeqCst);
    lets.acquire().await.map_err(StoreError::new)?.forget();
    match store.fails.load(Ordering::SeqCst) {
        true => Err(StoreError::new("down")),
        false => Ok(number),
    }
}

type Own = (Arc<Store>, Arc<Semaphore>, Flights<&'static str, usize>);

fn own() -> Own {
    (Arc::default(), Arc::new(Semaphore::new(0)), Flights::default())
}

macro_rules! ask {
    ($own:expr, $key:expr) => {{
        let (store, lets) = ($own.0.clone(), $own.1.clone());
        Box::pin($own.2.join($key, move || read(store, lets)))
    }};
}

#[tokio::test]
async fn f_25_five_hundred_who_ask_for_one_row_make_one_read() {
    let own = own();
    let mut all: Vec<_> = (0..500).map(|_| ask!(own, "acme")).collect();
    let mut other = ask!(own, "globex");
    for one in all.iter_mut() {
        assert!(poll!(one).is_pending());
    }
    assert!(poll!(&mut other).is_pending());
    assert_eq!(own.0.reads.load(Ordering::SeqCst), 2);
    own.1.add_permits(2);
    let mut began = 0;
    for one in all {
        let landed = one.await.unwrap();
        began += usize::from(!landed.joined);
        assert_eq!(landed.value, 0);
    }
    assert_eq!((began, other.await.unwrap().value), (1, 1));
    assert_eq!(own.2.len(), 0, "nothing is kept of what was answered");
}

#[tokio::test]
async fn f_25_whoever_began_may_leave_and_the_next_one_goes_on() {
    let own = own();
    let (mut first, mut second) = (ask!(own, "acme"), ask!(own, "acme"));
    assert!(poll!(&mut first).is_pending());
    assert!(poll!(&mut second).is_pending());
    drop(first);
    own.1.add_permits(1);
    assert_eq!(second.await.unwrap().value, 0);
    assert_eq!(own.0.reads.load(Ordering::SeqCst), 1);
    // Where all have left nothing goes on, and the next one begins anew.
    let mut third = ask!(own, "acme");
    assert!(poll!(&mut third).is_pending());
    drop(third);
    assert_eq!(own.2.len(), 0);
    own.1.add_permits(1);
    assert_eq!(ask!(own, "acme").await.unwrap().value, 2);
}

#[tokio::test]
async fn an_error_is_told_to_all_who_wait_and_to_nobody_later() {
    let own = own();
    own.0.fails.store(true, Ordering::SeqCst);
    let (mut first, mut second) = (ask!(own, "acme"), ask!(own, "acme"));
    assert!(poll!(&mut first).is_pending());
    assert!(poll!(&mut second).is_pending());
    own.1.add_permits(2);
    assert!(first.await.is_err());
    own.0.fails.store(false, Ordering::SeqCst);
    assert!(second.await.is_err());
    assert_eq!(ask!(own, "acme").await.unwrap().value, 1);
}

#[tokio::test]
async fn pl_08_a_panic_reaches_everybody_who_waits_and_leaves_nothing_behind() {
    let (flights, lets) = (Flights::<&str, ()>::default(), Arc::new(Semaphore::new(0)));
    for _ in 0..2 {
        let own = lets.clone();
        let panics = || async move {
            own.acquire().await.map_err(StoreError::new)?.forget();
            unreachable!("the store is broken")
        };
        let mut first = Box::pin(flights.join("acme", panics));
        let mut second = Box::pin(flights.join("acme", || async { Ok(()) }));
        assert!(poll!(&mut first).is_pending());
        assert!(poll!(&mut second).is_pending());
        lets.add_permits(1);
        assert!(AssertUnwindSafe(first).catch_unwind().await.is_err());
        assert!(AssertUnwindSafe(second).catch_unwind().await.is_err());
        assert_eq!(flights.len(), 0);
    }
}
