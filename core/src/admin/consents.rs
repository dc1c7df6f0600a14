//! What users allowed clients.

use super::{About, Admin};
use crate::error::AdminError;
use crate::ports::Deed;
use crate::types::{ClientId, Consent, Subject, TenantId};

impl Admin {
    /// Up to [`Admin::PAGE`] consents of a user in the order of their clients, after that one.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn consents(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
    ) -> Result<Vec<Consent>, AdminError> {
        self.demand_tenant(tenant).await?;
        Ok(self.ports.visits.consents(tenant, subject, after, Self::PAGE).await?)
    }

    /// Forgets what a user allowed a client, so that they are asked again. Returns whether there was
    /// anything. What the client was granted before stays: [`Admin::end_grants`] ends it.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn forget_consent(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, AdminError> {
        self.demand_tenant(tenant).await?;
        let (admin, tenant) = (self.clone(), tenant.clone());
        let (subject, client) = (subject.clone(), client.clone());
        self.complete(async move {
            let gone = admin.ports.visits.disallow(&tenant, &subject, &client).await?;
            if gone {
                let about = About::Consent(&subject, &client);
                admin.done(&tenant, Deed::ConsentForgotten, about);
            }
            Ok(gone)
        })
        .await
    }

    /// Forgets everything that a user allowed.
    pub(super) async fn forget_consents(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<(), AdminError> {
        let (visits, mut after) = (&self.ports.visits, None);
        loop {
            let page = visits.consents(tenant, subject, after.as_ref(), Self::PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.client.clone());
            for consent in page {
                visits.disallow(tenant, subject, &consent.client).await?;
            }
        }
    }
}
