//! Sessions and consents in memory.

use async_trait::async_trait;

use super::{MemoryStore, table::Table, waiting};
use crate::ports::{Change, Consents, Create, Sessions, StoreError};
use crate::types::{ClientId, Consent, Session, Subject, TenantId, TicketId, Timestamp, Version};

/// What users do in browsers.
#[derive(Debug, Default)]
pub(super) struct Visits {
    sessions: Table<(TenantId, TicketId), Session>,
    consents: Table<(TenantId, Subject, ClientId), Consent>,
    pub(super) waiting: waiting::Tenants,
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

    async fn end(&self, tenant: &TenantId, sid: TicketId) -> Result<Option<Subject>, StoreError> {
        let tenant = tenant.clone();
        let mine = move |(owner, _): &(TenantId, TicketId), row: &Session| {
            *owner == tenant && row.sid == sid
        };
        let mut ended = self.visits.sessions.take(mine).await?;
        Ok(ended.pop().map(|row| row.subject))
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
