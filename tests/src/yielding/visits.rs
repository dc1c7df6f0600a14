//! Sessions, interactions and consents that wait.

use async_trait::async_trait;
use grantry::{
    ports::{Change, Consents, Create, Interactions, Sessions, StoreError},
    types::{ClientId, Consent, Parked, Session, Subject, TenantId, TicketId, Timestamp, Version},
};

use super::{Yielding, paused};

#[async_trait]
impl Sessions for Yielding {
    async fn create(&self, tenant: &TenantId, session: Session) -> Result<Create, StoreError> {
        self.write(self.stores.sessions.create(tenant, session)).await
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Session>, StoreError> {
        paused(self.stores.sessions.read(tenant, id)).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        session: Session,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.write(self.stores.sessions.change(tenant, session, from)).await
    }

    async fn delete(&self, tenant: &TenantId, id: TicketId) -> Result<bool, StoreError> {
        self.write(self.stores.sessions.delete(tenant, id)).await
    }

    async fn end(&self, tenant: &TenantId, sid: TicketId) -> Result<Option<Subject>, StoreError> {
        self.write(self.stores.sessions.end(tenant, sid)).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Option<&Subject>,
        after: Option<TicketId>,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        paused(self.stores.sessions.list(tenant, whose, after, limit)).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.write(self.stores.sessions.sweep(before, limit)).await
    }
}

#[async_trait]
impl Interactions for Yielding {
    async fn create(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError> {
        self.write(self.stores.interactions.create(tenant, parked)).await
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Parked>, StoreError> {
        paused(self.stores.interactions.read(tenant, id)).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        parked: Parked,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.write(self.stores.interactions.change(tenant, parked, from)).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.write(self.stores.interactions.sweep(before, limit)).await
    }
}

#[async_trait]
impl Consents for Yielding {
    async fn read(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<Option<Consent>, StoreError> {
        paused(self.stores.consents.read(tenant, subject, client)).await
    }

    async fn keep(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError> {
        self.write(self.stores.consents.keep(tenant, consent)).await
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        self.write(self.stores.consents.forget(tenant, subject, client)).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        paused(self.stores.consents.list(tenant, subject, after, limit)).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.write(self.stores.consents.erase(tenant)).await
    }
}
