//! The only way to sessions, interactions and consents: every mutation runs to completion.

use std::{future::Future, sync::Arc};

use super::{Change, Consents, Create, Interactions, Sessions, StoreError, Stores, Tasks};
use crate::types::{
    ClientId, Consent, Parked, Session, Subject, TenantId, TicketId, Timestamp, Version,
};

/// Holds the stores of what users do in browsers. A web framework may drop a request at any await, so
/// each mutation runs as a task of its own.
#[derive(Clone, Debug)]
pub struct Visits {
    sessions: Arc<dyn Sessions>,
    interactions: Arc<dyn Interactions>,
    consents: Arc<dyn Consents>,
    tasks: Tasks,
}

impl Visits {
    /// Over these stores; mutations run as these tasks.
    pub fn new(stores: &Stores, tasks: Tasks) -> Self {
        Self {
            sessions: stores.sessions.clone(),
            interactions: stores.interactions.clone(),
            consents: stores.consents.clone(),
            tasks,
        }
    }

    /// As [`Interactions::create`].
    ///
    /// # Errors
    /// As that.
    pub async fn park(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError> {
        let (store, tenant) = (self.interactions.clone(), tenant.clone());
        self.run(async move { store.create(&tenant, parked).await }).await
    }

    /// As [`Interactions::read`].
    ///
    /// # Errors
    /// As that.
    pub async fn parked(
        &self,
        tenant: &TenantId,
        id: TicketId,
    ) -> Result<Option<Parked>, StoreError> {
        self.interactions.read(tenant, id).await
    }

    /// As [`Interactions::change`].
    ///
    /// # Errors
    /// As that.
    pub async fn go_on(
        &self,
        tenant: &TenantId,
        parked: Parked,
        from: Version,
    ) -> Result<Change, StoreError> {
        let (store, tenant) = (self.interactions.clone(), tenant.clone());
        self.run(async move { store.change(&tenant, parked, from).await }).await
    }

    /// As [`Sessions::create`].
    ///
    /// # Errors
    /// As that.
    pub async fn begin(&self, tenant: &TenantId, session: Session) -> Result<Create, StoreError> {
        let (store, tenant) = (self.sessions.clone(), tenant.clone());
        self.run(async move { store.create(&tenant, session).await }).await
    }

    /// As [`Sessions::read`].
    ///
    /// # Errors
    /// As that.
    pub async fn session(
        &self,
        tenant: &TenantId,
        id: TicketId,
    ) -> Result<Option<Session>, StoreError> {
        self.sessions.read(tenant, id).await
    }

    /// As [`Sessions::change`].
    ///
    /// # Errors
    /// As that.
    pub async fn touch(
        &self,
        tenant: &TenantId,
        session: Session,
        from: Version,
    ) -> Result<Change, StoreError> {
        let (store, tenant) = (self.sessions.clone(), tenant.clone());
        self.run(async move { store.change(&tenant, session, from).await }).await
    }

    /// As [`Sessions::delete`].
    ///
    /// # Errors
    /// As that.
    pub async fn forget(&self, tenant: &TenantId, id: TicketId) -> Result<bool, StoreError> {
        let (store, tenant) = (self.sessions.clone(), tenant.clone());
        self.run(async move { store.delete(&tenant, id).await }).await
    }

    /// As [`Sessions::end`].
    ///
    /// # Errors
    /// As that.
    pub async fn end(
        &self,
        tenant: &TenantId,
        sid: TicketId,
    ) -> Result<Option<Subject>, StoreError> {
        let (store, tenant) = (self.sessions.clone(), tenant.clone());
        self.run(async move { store.end(&tenant, sid).await }).await
    }

    /// As [`Sessions::list`].
    ///
    /// # Errors
    /// As that.
    pub async fn sessions(
        &self,
        tenant: &TenantId,
        whose: Option<&Subject>,
        after: Option<TicketId>,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        self.sessions.list(tenant, whose, after, limit).await
    }

    /// As [`Consents::read`].
    ///
    /// # Errors
    /// As that.
    pub async fn consent(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<Option<Consent>, StoreError> {
        self.consents.read(tenant, subject, client).await
    }

    /// As [`Consents::keep`].
    ///
    /// # Errors
    /// As that.
    pub async fn allow(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError> {
        let (store, tenant) = (self.consents.clone(), tenant.clone());
        self.run(async move { store.keep(&tenant, consent).await }).await
    }

    /// As [`Consents::forget`].
    ///
    /// # Errors
    /// As that.
    pub async fn disallow(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        let (store, tenant) = (self.consents.clone(), tenant.clone());
        let (subject, client) = (subject.clone(), client.clone());
        self.run(async move { store.forget(&tenant, &subject, &client).await }).await
    }

    /// As [`Consents::list`].
    ///
    /// # Errors
    /// As that.
    pub async fn consents(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        self.consents.list(tenant, subject, after, limit).await
    }

    /// Forgets up to `limit` sessions that expired before `before`, and as many requests that expired
    /// before `now`. Returns the larger of the two numbers: whoever asks until it is less than `limit`
    /// has forgotten all.
    ///
    /// # Errors
    /// When a store does not answer; some may be gone then.
    pub async fn sweep(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let (sessions, interactions) = (self.sessions.clone(), self.interactions.clone());
        let sweep = async move {
            let sessions = sessions.sweep(before, limit).await?;
            Ok(sessions.max(interactions.sweep(now, limit).await?))
        };
        self.run(sweep).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.tasks.complete(work).await?
    }
}
