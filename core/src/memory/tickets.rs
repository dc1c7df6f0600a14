//! Tickets in memory: one map for all tenants.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use dashmap::{DashMap, Entry};

use super::map::{Place, PlaceMap, place_map};
use crate::ports::{Change, Create, Cursor, Page, StoreError, Tickets};
use crate::types::{
    EndReason, Next, Presentation, Presented, TenantId, Ticket, TicketId, TicketState, Timestamp,
    Version, Whose, judge,
};

/// Keeps tickets in this process. A shard's lock is what makes a decision and its write one step.
#[derive(Debug, Default)]
pub struct MemoryTickets {
    /// Tenants are numbered, so that a row need not name its own.
    numbers: DashMap<TenantId, u32>,
    next: AtomicU32,
    rows: Arc<Rows>,
}

/// Rows are boxed: a table that doubles moves pointers alone.
#[derive(Debug)]
struct Rows(PlaceMap<Box<Ticket>>);

impl Default for Rows {
    fn default() -> Self {
        Self(place_map())
    }
}

#[async_trait]
impl Tickets for MemoryTickets {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        let place = Place { tenant: self.number(tenant), id: ticket.id };
        Ok(match self.rows.0.entry(place) {
            Entry::Occupied(_) => Create::Conflict,
            Entry::Vacant(free) => {
                free.insert(Box::new(ticket.clone()));
                Create::Created
            }
        })
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let place = self.place(tenant, id);
        Ok(place.and_then(|place| self.rows.0.get(&place).map(|row| (**row).clone())))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let place = self.place(tenant, id);
        Ok(match place.and_then(|place| self.rows.0.get_mut(&place)) {
            Some(mut row) if row.version == from && row.is_live(now) => {
                row.apply(next, now);
                Change::Written
            }
            _ => Change::Lost,
        })
    }

    async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: &Presentation,
        now: Timestamp,
    ) -> Result<Presented, StoreError> {
        let place = self.place(tenant, id);
        let Some(mut row) = place.and_then(|place| self.rows.0.get_mut(&place)) else {
            return Ok(Presented::Refused);
        };
        Ok(match judge(&row, shown, now) {
            None => Presented::Refused,
            Some((outcome, next)) => {
                row.apply(&next, now);
                outcome((**row).clone())
            }
        })
    }

    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let Some(tenant) = self.numbers.get(tenant).map(|number| *number) else { return Ok(0) };
        let end = move |row: &mut Ticket| {
            let live = row.state == TicketState::Live;
            if live {
                let next = row.ended(EndReason::Revoked);
                row.apply(&next, now);
            }
            u64::from(live)
        };
        if let Whose::One(id) = whose {
            return Ok(self
                .rows
                .0
                .get_mut(&Place { tenant, id })
                .map_or(0, |mut row| end(&mut row)));
        }
        self.scan(move |rows| {
            let mine = rows.0.iter_mut().filter(|row| row.key().tenant == tenant);
            mine.filter(|row| row.is_of(&whose)).map(|mut row| end(&mut row)).sum()
        })
        .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        let Some(tenant) = self.numbers.get(tenant).map(|number| *number) else {
            return Ok(Page::default());
        };
        self.scan(move |rows| {
            let later = |place: &Place| {
                place.tenant == tenant && after.is_none_or(|Cursor(last)| place.id > last)
            };
            let mine = rows.0.iter().filter(|row| later(row.key()) && row.is_of(&whose));
            let mut found: Vec<_> = mine.map(|row| (**row).clone()).collect();
            found.sort_unstable_by_key(|ticket| ticket.id);
            found.truncate(Page::SIZE + 1);
            Page::of(found)
        })
        .await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.scan(move |rows| {
            let expired = |row: &Ticket| row.expires_at < before;
            let old = rows.0.iter().filter(|row| expired(row));
            let old: Vec<_> = old.map(|row| *row.key()).take(limit).collect();
            // Asked again under the lock: somebody may have used the row since.
            let gone = |place: &&Place| rows.0.remove_if(place, |_, row| expired(row)).is_some();
            old.iter().filter(gone).count()
        })
        .await
    }

    fn waits(&self) -> bool {
        false
    }
}

impl MemoryTickets {
    fn number(&self, tenant: &TenantId) -> u32 {
        if let Some(known) = self.numbers.get(tenant) {
            return *known;
        }
        let fresh = || self.next.fetch_add(1, Ordering::Relaxed);
        *self.numbers.entry(tenant.clone()).or_insert_with(fresh)
    }

    fn place(&self, tenant: &TenantId, id: TicketId) -> Option<Place> {
        self.numbers.get(tenant).map(|tenant| Place { tenant: *tenant, id })
    }

    /// Looks through all rows, shard by shard, off the async workers.
    async fn scan<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Rows) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let rows = self.rows.clone();
        tokio::task::spawn_blocking(move || work(&rows)).await.map_err(StoreError::new)
    }
}

#[cfg(test)]
#[path = "tickets_tests.rs"]
mod tests;
