//! What users allowed.

use grantry::{
    async_trait,
    ports::{Consents, StoreError},
    types::{ClientId, Consent, Subject, TenantId},
};

use crate::{JsonStore, rows::consent_key, table::Table};

#[async_trait]
impl Consents for JsonStore {
    async fn read(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<Option<Consent>, StoreError> {
        self.rows().read(tenant.as_str(), &consent_key(subject, client))
    }

    async fn keep(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError> {
        self.rows().write(tenant.as_str(), &consent)
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        let key = (Table::Consents, tenant.to_string(), consent_key(subject, client));
        Ok(self.rows().remove(&key))
    }

    async fn list(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        let all = self.rows().list::<Consent>(tenant.as_str(), None, usize::MAX)?;
        let mine = all
            .into_iter()
            .filter(|row| row.subject == *subject && after.is_none_or(|after| row.client > *after));
        Ok(mine.take(limit).collect())
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.rows().erase(Table::Consents, tenant.as_str());
        Ok(())
    }
}
