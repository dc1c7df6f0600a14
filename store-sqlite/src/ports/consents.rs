//! What users allowed.

use grantry::{
    async_trait,
    ports::{Consents, StoreError},
    types::{ClientId, Consent, Subject, TenantId},
};

use super::sweep::erase;
use crate::{
    SqliteStore,
    columns::{Column, after_text, limit},
    texts::text,
};

const READ: &str = "SELECT row FROM consents WHERE tenant = ?1 AND subject = ?2 AND client = ?3";
const KEEP: &str = "INSERT INTO consents (tenant, subject, client, row) VALUES (?1, ?2, ?3, ?4) \
    ON CONFLICT DO UPDATE SET row = excluded.row";
const FORGET: &str = "DELETE FROM consents WHERE tenant = ?1 AND subject = ?2 AND client = ?3";
const LIST: &str = "SELECT row FROM consents \
    WHERE tenant = ?1 AND subject = ?2 AND client > ?3 ORDER BY client LIMIT ?4";
const ERASE: &str = "DELETE FROM consents WHERE (tenant, subject, client) IN \
    (SELECT tenant, subject, client FROM consents WHERE tenant = ?1 LIMIT ?2)";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[READ, KEEP, FORGET, LIST, ERASE];

#[async_trait]
impl Consents for SqliteStore {
    async fn read(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<Option<Consent>, StoreError> {
        let key = [tenant.column(), subject.column(), client.column()];
        self.engine.row(READ, key).await
    }

    async fn keep(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError> {
        let (subject, client) = (consent.subject.column(), consent.client.column());
        let values = [tenant.column(), subject, client, text(&consent)?];
        self.engine.execute(KEEP, values).await.map(drop)
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        let key = [tenant.column(), subject.column(), client.column()];
        Ok(self.engine.execute(FORGET, key).await? == 1)
    }

    async fn list(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
        most: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        let page = [tenant.column(), subject.column(), after_text(after), limit(most)];
        self.engine.rows(LIST, page).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        erase(&self.engine, ERASE, tenant).await
    }
}
