//! Sessions, interactions and consents in memory.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use dashmap::DashMap;
use lru::LruCache;

use super::MemoryStore;
use super::table::Table;
use crate::ports::{Change, Consents, Create, Interactions, Sessions, StoreError};
use crate::types::{
    ClientId, Consent, Parked, Session, Subject, TenantId, TicketId, Timestamp, Version,
};

/// The most requests of one tenant that wait for their users. Beyond it the oldest is forgotten: anybody
/// can make such requests, and memory must not grow with them.
const WAITING: usize = 10_000;

/// Sessions and consents by their keys.
#[derive(Debug, Default)]
pub(super) struct Visits {
    sessions: Table<(TenantId, TicketId), Session>,
    consents: Table<(TenantId, Subject, ClientId), Consent>,
    waiting: DashMap<TenantId, Waiting>,
}

type Waiting = Arc<Mutex<LruCache<TicketId, Parked>>>;

impl Visits {
    /// What a tenant's requests are kept in. It is none until the first of them.
    fn waiting(&self, tenant: &TenantId) -> Option<Waiting> {
        self.waiting.get(tenant).map(|waiting| waiting.clone())
    }
}

fn with<T>(waiting: &Waiting, work: impl FnOnce(&mut LruCache<TicketId, Parked>) -> T) -> T {
    work(&mut waiting.lock().unwrap_or_else(PoisonError::into_inner))
}

#[async_trait]
impl Interactions for MemoryStore {
    async fn create(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError> {
        let waiting = self.visits.waiting(tenant);
        let new = || Arc::new(Mutex::new(LruCache::unbounded()));
        let waiting = waiting.unwrap_or_else(|| {
            self.visits.waiting.entry(tenant.clone()).or_insert_with(new).clone()
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
        let waiting = self.visits.waiting(tenant);
        Ok(waiting.and_then(|waiting| with(&waiting, |rows| rows.peek(&id).cloned())))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        parked: Parked,
        from: Version,
    ) -> Result<Change, StoreError> {
        let Some(waiting) = self.visits.waiting(tenant) else { return Ok(Change::Lost) };
        Ok(with(&waiting, |rows| match rows.get_mut(&parked.id) {
            Some(row) if row.version == from => {
                *row = parked;
                Change::Written
            }
            _ => Change::Lost,
        }))
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let all: Vec<_> = self.visits.waiting.iter().map(|waiting| waiting.clone()).collect();
        let mut swept = 0;
        for waiting in all {
            swept += with(&waiting, |rows| {
                let old = rows.iter().filter(|(_, row)| row.expires_at < before);
                let old: Vec<_> = old.map(|(id, _)| *id).take(limit - swept).collect();
                old.iter().filter(|id| rows.pop(*id).is_some()).count()
            });
        }
        Ok(swept)
    }
}

#[async_trait]
impl Sessions for MemoryStore {
    async fn create(&self, tenant: &TenantId, session: Session) -> Result<Create, StoreError> {
        Ok(self.visits.sessions.create((tenant.clone(), session.id), session))
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Session>, StoreError> {
        Ok(self.visits.sessions.read(&(tenant.clone(), id)))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        session: Session,
        from: Version,
    ) -> Result<Change, StoreError> {
        let key = (tenant.clone(), session.id);
        Ok(self.visits.sessions.change(&key, session, from, |row| Some(row.version)))
    }

    async fn delete(&self, tenant: &TenantId, id: TicketId) -> Result<bool, StoreError> {
        Ok(self.visits.sessions.remove(&(tenant.clone(), id)).is_some())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Option<&Subject>,
        after: Option<TicketId>,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        let (tenant, whose) = (tenant.clone(), whose.cloned());
        let wanted = move |(owner, id): &(TenantId, TicketId), row: &Session| {
            *owner == tenant
                && whose.as_ref().is_none_or(|subject| row.subject == *subject)
                && after.is_none_or(|after| *id > after)
        };
        self.visits.sessions.list(wanted, limit).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.visits.sessions.sweep(move |row| row.expires_at < before, limit).await
    }
}

#[async_trait]
impl Consents for MemoryStore {
    async fn read(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<Option<Consent>, StoreError> {
        Ok(self.visits.consents.read(&(tenant.clone(), subject.clone(), client.clone())))
    }

    async fn keep(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError> {
        let key = (tenant.clone(), consent.subject.clone(), consent.client.clone());
        self.visits.consents.put(key, consent);
        Ok(())
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        let key = (tenant.clone(), subject.clone(), client.clone());
        Ok(self.visits.consents.remove(&key).is_some())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        let (tenant, subject, after) = (tenant.clone(), subject.clone(), after.cloned());
        let wanted = move |(owner, who, client): &(TenantId, Subject, ClientId), _: &Consent| {
            *owner == tenant && *who == subject && after.as_ref().is_none_or(|after| client > after)
        };
        self.visits.consents.list(wanted, limit).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let tenant = tenant.clone();
        self.visits.consents.erase(move |(owner, ..)| *owner == tenant).await
    }
}
