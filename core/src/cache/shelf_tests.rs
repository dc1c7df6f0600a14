use std::sync::atomic::AtomicUsize;

use tokio::time::advance;

use super::*;
use crate::types::Policy;

const MINUTE: Duration = Duration::from_secs(60);

fn name(n: usize) -> TenantId {
    format!("t{n}").parse().unwrap()
}

fn row(id: &TenantId) -> Arc<Tenant> {
    let policy = Policy::new("https://api.example.com".parse().unwrap());
    Arc::new(Tenant::new(id.clone(), policy))
}

fn shelf(most: usize, unknown: usize) -> Arc<Shelf<TenantId, Tenant>> {
    let line = Arc::new(Line::new(MINUTE));
    line.rise();
    Shelf::new(line, most, unknown)
}

#[tokio::test]
async fn a_million_rows_take_no_more_room_than_the_bound_and_names_without_one_another() {
    let shelf = shelf(1_000, 100);
    let same = row(&name(0));
    for n in 0..1_000_000 {
        let (id, found) = (name(n), (n % 2 == 0).then(|| same.clone()));
        shelf.read(&id, &id, || async { Ok(found) }).await.unwrap();
        if n % 1_000 == 0 {
            let (rows, unknown) = (shelf.rows.len(), shelf.unknown.len());
            assert!(rows <= 1_024 && unknown <= 128, "{rows} and {unknown}");
        }
    }
    assert!(shelf.rows.len() >= 500 && shelf.unknown.len() >= 50, "nothing is remembered");
}

#[tokio::test(start_paused = true)]
async fn rows_that_were_read_together_are_read_anew_one_by_one_within_their_lifetime() {
    let (shelf, reads) = (shelf(10_000, 10), Arc::new(AtomicUsize::new(0)));
    let read_all = async || {
        for n in 0..1_000 {
            let (id, reads) = (name(n), reads.clone());
            let load = || async move {
                reads.fetch_add(1, Ordering::SeqCst);
                Ok(Some(row(&name(n))))
            };
            shelf.read(&id, &id, load).await.unwrap();
        }
        reads.swap(0, Ordering::SeqCst)
    };
    assert_eq!(read_all().await, 1_000);
    advance(MINUTE * 4 / 5 - Duration::from_secs(1)).await;
    assert_eq!(read_all().await, 0);
    let mut whole = 0;
    // A row that lasts the whole minute is believed at its end.
    for _ in 0..14 {
        advance(Duration::from_secs(1)).await;
        let read = read_all().await;
        assert!(read < 250, "{read} at once");
        whole += read;
    }
    assert_eq!(whole, 1_000);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_late_is_as_old_as_its_question() {
    let shelf = shelf(10, 10);
    let id = name(1);
    let slow = || async {
        tokio::time::sleep(MINUTE).await;
        Ok(Some(row(&name(1))))
    };
    assert!(shelf.read(&id, &id, slow).await.unwrap().is_some());
    // It was true a minute ago.
    advance(Duration::from_millis(1)).await;
    let gone = shelf.read(&id, &id, || async { Ok(None) }).await.unwrap();
    assert!(gone.is_none());
}
