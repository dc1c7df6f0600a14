//! What users allowed.

use async_trait::async_trait;
use grantry::{
    ports::{Consents, StoreError},
    types::{ClientId, Consent, Subject, TenantId},
};

use super::{SOME, body, first};
use crate::{PostgresStore, values::limit};

const READ: &str = "SELECT body FROM consents WHERE tenant = $1 AND subject = $2 AND client = $3";
const KEEP: &str = "INSERT INTO consents (tenant, subject, client, body) \
     VALUES ($1, $2, $3, $4) \
     ON CONFLICT (tenant, subject, client) DO UPDATE SET body = excluded.body";
const FORGET: &str = "DELETE FROM consents WHERE tenant = $1 AND subject = $2 AND client = $3";
const LIST: &str = "SELECT body FROM consents \
     WHERE tenant = $1 AND subject = $2 AND client > $3 ORDER BY client LIMIT $4";
const ERASE: &str = "DELETE FROM consents WHERE tenant = $1 AND (subject, client) IN \
     (SELECT subject, client FROM consents WHERE tenant = $1 ORDER BY subject, client LIMIT $2)";

#[async_trait]
impl Consents for PostgresStore {
    async fn read(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<Option<Consent>, StoreError> {
        let values = [tenant.as_str(), subject.as_str(), client.as_str()];
        first(&self.calls().read(READ, &[&values[0], &values[1], &values[2]]).await?)
    }

    async fn keep(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError> {
        let body = grantry_rows::write(&consent)?;
        let (subject, client) = (consent.subject.as_str(), consent.client.as_str());
        self.calls().count(KEEP, &[&tenant.as_str(), &subject, &client, &body]).await?;
        Ok(())
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        let values = [tenant.as_str(), subject.as_str(), client.as_str()];
        let rows = self.calls().count(FORGET, &[&values[0], &values[1], &values[2]]).await?;
        Ok(rows > 0)
    }

    async fn list(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
        most: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        let (tenant, subject) = (tenant.as_str(), subject.as_str());
        let after = after.map_or("", ClientId::as_str);
        let rows = self.calls().read(LIST, &[&tenant, &subject, &after, &limit(most)]).await?;
        rows.iter().map(body).collect()
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let (store, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            while store.calls().count(ERASE, &[&tenant.as_str(), &SOME]).await? > 0 {}
            Ok(())
        })
        .await
    }
}
