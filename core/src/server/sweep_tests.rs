use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use tokio::time::{Instant, sleep};

use super::*;
use crate::memory::MemoryStore;
use crate::ports::{Change, Create, Cursor, Page, StoreError, Stores, Tickets};
use crate::server::Server;
use crate::types::{Next, TenantId, Ticket, TicketId, Version, Whose};

/// Tickets that only sweep: so many at each call, and when that was.
#[derive(Debug, Default)]
struct Piles {
    answers: Mutex<VecDeque<Result<usize, StoreError>>>,
    calls: Mutex<Vec<Instant>>,
}

#[async_trait]
impl Tickets for Piles {
    async fn issue(&self, _: &TenantId, _: &Ticket) -> Result<Create, StoreError> {
        Ok(Create::Conflict)
    }

    async fn read(&self, _: &TenantId, _: TicketId) -> Result<Option<Ticket>, StoreError> {
        Ok(None)
    }

    async fn change(
        &self,
        _: &TenantId,
        _: TicketId,
        _: Version,
        _: &Next,
        _: Timestamp,
    ) -> Result<Change, StoreError> {
        Ok(Change::Lost)
    }

    async fn end(&self, _: &TenantId, _: Whose, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn list(&self, _: &TenantId, _: Whose, _: Option<Cursor>) -> Result<Page, StoreError> {
        Ok(Page::default())
    }

    async fn sweep(&self, _: Timestamp, limit: usize) -> Result<usize, StoreError> {
        assert!(limit <= 100);
        self.calls.lock().unwrap().push(Instant::now());
        self.answers.lock().unwrap().pop_front().unwrap_or(Ok(0))
    }
}

async fn server(
    answers: impl Into<VecDeque<Result<usize, StoreError>>>,
) -> (Server, Arc<Piles>, Instant) {
    let piles = Arc::new(Piles { answers: Mutex::new(answers.into()), ..Piles::default() });
    let stores = Stores { tickets: piles.clone(), ..MemoryStore::default().into() };
    let builder = Server::builder("https://id.example.com/oauth/{tenant}").store(stores);
    (builder.build().await.unwrap(), piles, Instant::now())
}

fn millis(piles: &Piles, begun: Instant) -> Vec<u128> {
    let calls = piles.calls.lock().unwrap();
    calls.iter().map(|at| at.duration_since(begun).as_millis()).collect()
}

/// F-30: others write between two steps, and a store that failed is asked at the next round.
#[tokio::test(start_paused = true)]
async fn a_sweep_goes_in_small_steps_with_pauses_and_again_after_an_error() {
    let failed = || Err(StoreError::new("down"));
    let (server, piles, begun) = server([Ok(500), Ok(500), Ok(3), failed(), Ok(500)]).await;
    sleep(Duration::from_secs(200)).await;
    let calls = millis(&piles, begun);
    // Timers go by the millisecond, and each round begins a minute after the last one ended.
    let about = [60_000, 60_020, 60_040, 120_040, 180_040, 180_060];
    assert_eq!(calls.len(), about.len(), "{calls:?}");
    for (at, about) in calls.iter().zip(about) {
        assert!((about..about + 20).contains(at), "{calls:?}");
    }
    server.close().await;
}

/// However much there is, whoever closes does not wait for it.
#[tokio::test(start_paused = true)]
async fn closing_stops_a_sweep_between_two_steps() {
    let endless: Vec<_> = (0..1_000_000).map(|_| Ok(500)).collect();
    let (server, piles, begun) = server(endless).await;
    sleep(Duration::from_secs(61)).await;
    server.close().await;
    let calls = millis(&piles, begun);
    assert!(calls.len() > 10, "{calls:?}");
    sleep(Duration::from_secs(600)).await;
    assert_eq!(millis(&piles, begun), calls);
}
