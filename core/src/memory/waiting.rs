//! Requests for authorization that wait in memory.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use dashmap::DashMap;
use lru::LruCache;

use super::{MemoryStore, table::scan};
use crate::ports::{Change, Create, Interactions, StoreError};
use crate::types::{Parked, TenantId, TicketId, Timestamp, Version};

/// The most requests of one tenant that wait for their users. Beyond it the one goes whose user did
/// nothing for the longest time: anybody can make such requests, and memory must not grow with them.
const WAITING: usize = 10_000;

/// Each tenant's apart, so that no flood at one pushes out what waits at another.
#[derive(Debug, Default)]
pub(super) struct Tenants(Arc<DashMap<TenantId, Waiting>>);

/// Requests in the order in which their users last did something.
type Waiting = Arc<Mutex<LruCache<TicketId, Parked>>>;

impl Tenants {
    /// Where a tenant's requests wait; nowhere before the first of them.
    fn of(&self, tenant: &TenantId) -> Option<Waiting> {
        self.0.get(tenant).map(|waiting| waiting.clone())
    }
}

/// Never awaits while it holds the lock.
fn with<T>(waiting: &Waiting, work: impl FnOnce(&mut LruCache<TicketId, Parked>) -> T) -> T {
    work(&mut waiting.lock().unwrap_or_else(PoisonError::into_inner))
}

#[async_trait]
impl Interactions for MemoryStore {
    async fn create(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError> {
        let waiting = self.visits.waiting.of(tenant);
        let new = || Arc::new(Mutex::new(LruCache::unbounded()));
        let waiting = waiting.unwrap_or_else(|| {
            self.visits.waiting.0.entry(tenant.clone()).or_insert_with(new).clone()
        });
        Ok(with(&waiting, |rows| {
            if rows.contains(&parked.id) {
                return Create::Conflict;
            }
            if rows.len() >= WAITING {
                rows.pop_lru();
            }
            rows.put(parked.id, parked);
            Create::Created
        }))
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Parked>, StoreError> {
        let waiting = self.visits.waiting.of(tenant);
        Ok(waiting.and_then(|waiting| with(&waiting, |rows| rows.peek(&id).cloned())))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        parked: Parked,
        from: Version,
    ) -> Result<Change, StoreError> {
        let Some(waiting) = self.visits.waiting.of(tenant) else { return Ok(Change::Lost) };
        Ok(with(&waiting, |rows| match rows.peek(&parked.id) {
            Some(row) if row.version == from => {
                rows.put(parked.id, parked);
                Change::Written
            }
            _ => Change::Lost,
        }))
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let all = self.visits.waiting.0.clone();
        scan(move || {
            let tenants: Vec<_> = all.iter().map(|waiting| waiting.key().clone()).collect();
            let mut swept = 0;
            for tenant in tenants {
                let Some(waiting) = all.get(&tenant).map(|waiting| waiting.clone()) else {
                    continue;
                };
                swept += with(&waiting, |rows| forget(rows, before, limit - swept));
                drop(waiting);
                // Nobody who could put something into it holds it.
                all.remove_if(&tenant, |_, waiting| {
                    Arc::strong_count(waiting) == 1 && with(waiting, |rows| rows.is_empty())
                });
            }
            swept
        })
        .await
    }
}

/// Forgets up to `limit` requests that expired before that. Returns how many.
fn forget(rows: &mut LruCache<TicketId, Parked>, before: Timestamp, limit: usize) -> usize {
    let old = rows.iter().rev().filter(|(_, row)| row.expires_at < before);
    let old: Vec<_> = old.map(|(id, _)| *id).take(limit).collect();
    old.iter().for_each(|id| drop(rows.pop(id)));
    old.len()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn parked(n: u32, expires_at: Timestamp) -> Parked {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&n.to_be_bytes());
        let id = TicketId::from_bytes(id);
        Parked { id, version: Version::default(), expires_at, body: Box::default() }
    }

    #[tokio::test]
    async fn f_31_a_flood_of_requests_takes_so_much_memory_and_no_more() {
        let (store, end) = (MemoryStore::default(), Timestamp::from_secs(60));
        let (acme, globex): (TenantId, TenantId) =
            ("acme".parse().unwrap(), "globex".parse().unwrap());
        let create = async |tenant: &TenantId, n: u32| {
            Interactions::create(&store, tenant, parked(n, end)).await.unwrap()
        };
        let waits = async |tenant: &TenantId, n: u32| {
            Interactions::read(&store, tenant, parked(n, end).id).await.unwrap().is_some()
        };
        create(&globex, 0).await;
        let most = u32::try_from(WAITING).unwrap();
        for n in 0..most {
            assert_eq!(create(&acme, n).await, Create::Created);
        }
        // The user of the oldest is at work.
        let next = Parked { version: Version(1), ..parked(0, end) };
        Interactions::change(&store, &acme, next, Version(0)).await.unwrap();
        create(&acme, most).await;
        assert!(waits(&acme, 0).await && waits(&acme, 2).await && waits(&acme, most).await);
        assert!(!waits(&acme, 1).await, "the one that did nothing for the longest time");
        assert!(waits(&globex, 0).await, "a flood at one tenant is none at another");
        let past = end.plus(Duration::from_millis(1));
        assert_eq!(Interactions::sweep(&store, past, WAITING).await.unwrap(), WAITING);
        assert_eq!(Interactions::sweep(&store, past, WAITING).await.unwrap(), 1);
        assert!(store.visits.waiting.0.is_empty(), "nothing is left of a tenant's");
    }
}
