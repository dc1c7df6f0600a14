use std::time::Duration;

use futures_util::FutureExt;
use tokio::runtime::Handle;

use super::*;
use crate::ports::{Ledger, Tasks};
use crate::types::Generation;

const T0: Timestamp = Timestamp::from_secs(1_000_000);

/// A ticket that expires after a minute.
fn ticket(id: u8) -> Ticket {
    Ticket {
        id: TicketId::from_bytes([id; 16]),
        version: Version::default(),
        generation: Generation::FIRST,
        state: TicketState::Live,
        client: "app".parse().unwrap(),
        subject: "alice".parse().unwrap(),
        scope: "read".parse().unwrap(),
        audience: "https://api.example".parse().unwrap(),
        binding: None,
        refreshable: true,
        authenticated_at: T0,
        changed_at: T0,
        rotated_at: Timestamp::EPOCH,
        expires_at: T0.plus(Duration::from_secs(60)),
        ends_at: T0.plus(Duration::from_secs(3600)),
        authorized: None,
        sender_key: None,
    }
}

fn acme() -> TenantId {
    "acme".parse().unwrap()
}

/// A store that says nothing of whether it waits, and does before it issues.
#[derive(Debug, Default)]
struct Slow(MemoryTickets);

#[async_trait]
impl Tickets for Slow {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        tokio::task::yield_now().await;
        self.0.issue(tenant, ticket).await
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.0.read(tenant, id).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        self.0.change(tenant, id, from, next, now).await
    }

    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.0.end(tenant, whose, now).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        self.0.list(tenant, whose, after).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.0.sweep(before, limit).await
    }
}

#[tokio::test]
async fn a_write_that_waits_is_done_though_nobody_waits_for_it() {
    let (slow, tasks) = (Arc::new(Slow::default()), Tasks::on(Handle::current()));
    let ledger = Ledger::new(slow.clone(), tasks.clone());
    assert!(
        ledger.issue(&acme(), &ticket(1), |_| {}).now_or_never().is_none(),
        "dropped while it waits"
    );
    tasks.close().await;
    assert_eq!(slow.read(&acme(), ticket(1).id).await.unwrap(), Some(ticket(1)));
}

#[tokio::test]
async fn a_store_that_never_waits_is_called_in_place() {
    let ledger = Ledger::new(Arc::new(MemoryTickets::default()), Tasks::on(Handle::current()));
    let issued = ledger.issue(&acme(), &ticket(1), |_| {}).now_or_never();
    assert!(matches!(issued, Some(Ok(Create::Created))));
}

#[tokio::test]
async fn a_ledger_says_how_many_rows_a_sweep_forgot() {
    let ledger = Ledger::new(Arc::new(MemoryTickets::default()), Tasks::on(Handle::current()));
    for id in 1..=3 {
        ledger.issue(&acme(), &ticket(id), |_| {}).await.unwrap();
    }
    let past = ticket(1).expires_at.plus(Duration::from_millis(1));
    assert_eq!(ledger.sweep(past, 2).await.unwrap(), 2);
    assert_eq!(ledger.sweep(past, 2).await.unwrap(), 1);
    assert_eq!(ledger.sweep(past, 2).await.unwrap(), 0);
}
