//! Tenants.

use std::sync::Arc;

use super::Admin;
use crate::error::AdminError;
use crate::keys;
use crate::ports::Create;
use crate::types::{Policy, Tenant, TenantId};

impl Admin {
    /// Creates a tenant with keys of its own.
    ///
    /// # Errors
    /// When the id is not well-formed or taken, or the policy contradicts itself.
    pub async fn create_tenant(
        &self,
        id: impl AsRef<str>,
        policy: Policy,
    ) -> Result<Arc<Tenant>, AdminError> {
        let id: TenantId = id.as_ref().parse()?;
        policy.check()?;
        let tenant = Tenant::new(id, policy);
        let keys = keys::generate(&*self.ports.entropy, self.ports.clock.now())?;
        let (stores, row) = (self.stores.clone(), tenant.clone());
        // Keys first: a tenant is never there without them. A tenant whose row was lost on the way
        // is created with the keys that it has.
        let created = self.tasks.complete(async move {
            stores.key_records.create(&row.id, keys).await?;
            stores.tenants.create(row).await
        });
        match created.await?? {
            Create::Created => Ok(Arc::new(tenant)),
            Create::Conflict => Err(AdminError::Exists("a tenant")),
        }
    }

    /// The tenant of this name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tenant(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, AdminError> {
        Ok(self.stores.tenants.read(id).await?)
    }
}
