//! Tenants.

use std::sync::Arc;

use super::{About, Admin, missing_keys::signs_by};
use crate::error::AdminError;
use crate::keys;
use crate::ports::{Create, Deed, KeyRecords, KeySet};
use crate::types::{Policy, Set, Tenant, TenantId, Whose};

impl Admin {
    /// Creates a tenant with keys of its own.
    ///
    /// # Errors
    /// When the id is not well-formed or taken, was a deleted tenant's, or the policy contradicts
    /// itself.
    pub async fn create_tenant(
        &self,
        id: impl AsRef<str>,
        policy: Policy,
    ) -> Result<Arc<Tenant>, AdminError> {
        let id: TenantId = id.as_ref().parse()?;
        policy.check()?;
        // Keys take a moment to make: not for a tenant that has some.
        let keys = match self.sealed.open(&id).await? {
            Some(_) => None,
            None if self.foreign_keys && self.sealed.lasts() => None,
            None => Some(self.first_keys(&policy).await?),
        };
        let tenant = Tenant::new(id, policy);
        let admin = self.clone();
        self.complete(async move {
            let stores = &admin.stores;
            // Keys first: a tenant is never there without them. A tenant whose row was lost on the
            // way is created with the keys that it has.
            if let Some(keys) = keys {
                stores.key_records.create(&tenant.id, keys).await?;
            }
            match stores.tenants.create(tenant.clone()).await? {
                Create::Created => {
                    admin.done(&tenant.id, Deed::TenantCreated, About::Tenant);
                    // The keys may be those of a creation that was cut off, or of another node.
                    admin.ensure_signing_keys(&tenant.id, &tenant.policy).await?;
                    Ok(Arc::new(tenant))
                }
                Create::Conflict if stores.tenants.read(&tenant.id).await?.is_none() => {
                    // TN-05: nobody is to have keys under a name that was another's.
                    stores.key_records.erase(&tenant.id).await?;
                    Err(AdminError::SpentTenantId)
                }
                Create::Conflict => Err(AdminError::Exists("a tenant")),
            }
        })
        .await
    }

    pub(super) async fn first_keys(&self, policy: &Policy) -> Result<KeySet, AdminError> {
        // A keyring of the host has what it has.
        let signs_by = if self.foreign_keys { Set::new() } else { signs_by(policy) };
        Ok(keys::first(&*self.ports.entropy, signs_by, self.now()).await?)
    }

    /// The tenant of this name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tenant(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, AdminError> {
        Ok(self.stores.tenants.read(id).await?)
    }

    /// Up to [`Admin::PAGE`] tenants in the order of their ids, after that one.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tenants(&self, after: Option<&TenantId>) -> Result<Vec<Arc<Tenant>>, AdminError> {
        Ok(self.stores.tenants.list(after, Self::PAGE).await?)
    }

    /// Changes what a tenant allows; it is checked as a whole. Where somebody else changes the
    /// tenant at the same moment, `change` is called again with what they made of it. A tenant that
    /// comes to sign by an algorithm for which it has no key gets one, which signs at once; RS256 takes
    /// a moment.
    ///
    /// ```
    /// # use grantry::{Server, types::{GrantType, Policy}};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = Server::builder("https://id.example.com/oauth/{tenant}").build().await?;
    /// # let policy = Policy::new("https://api.example.com".parse()?);
    /// # let acme = server.admin().create_tenant("acme", policy).await?.id.clone();
    /// let offered = |policy: &mut Policy| drop(policy.grants.insert(GrantType::Password));
    /// server.admin().change_tenant(&acme, offered).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there is no such tenant, or the policy contradicts itself then; nothing changes.
    pub async fn change_tenant(
        &self,
        id: &TenantId,
        change: impl Fn(&mut Policy) + Send + Sync,
    ) -> Result<Arc<Tenant>, AdminError> {
        let change = |tenant: &mut Tenant| {
            change(&mut tenant.policy);
            Ok(tenant.policy.check()?)
        };
        Ok(self.rewrite_tenant(id, Some(Deed::TenantChanged), change).await?.0)
    }

    /// Stops a tenant: it issues nothing, and every grant and token that it issued before is dead,
    /// also after it is enabled again. Its keys stay published. Returns how many grants ended.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn disable_tenant(&self, id: &TenantId) -> Result<u64, AdminError> {
        let (admin, id) = (self.clone(), id.clone());
        self.complete(async move {
            let from = admin.only_later();
            let stop = |tenant: &mut Tenant| {
                if !tenant.disabled {
                    tenant.not_before = tenant.not_before.max(from);
                }
                tenant.disabled = true;
                Ok(())
            };
            if admin.rewrite_tenant(&id, Some(Deed::TenantDisabled), stop).await?.1 {
                admin.outdate_tenant(&id).await?;
            }
            admin.end(&id, Whose::Tenant).await
        })
        .await
    }

    /// Lets a disabled tenant issue again.
    ///
    /// # Errors
    /// When there is no such tenant, its policy contradicts itself, or the store does not answer.
    pub async fn enable_tenant(&self, id: &TenantId) -> Result<(), AdminError> {
        let (admin, id) = (self.clone(), id.clone());
        self.complete(async move {
            let now = admin.now();
            let start = |tenant: &mut Tenant| {
                // A node that had not heard of it yet may have issued something since it was stopped.
                if tenant.disabled {
                    tenant.not_before = tenant.not_before.max(now);
                }
                tenant.disabled = false;
                Ok(tenant.policy.check()?)
            };
            admin.rewrite_tenant(&id, Some(Deed::TenantEnabled), start).await?;
            Ok(())
        })
        .await
    }

    /// Deletes a tenant with its keys, clients, users, what these allowed, and grants; its sessions expire
    /// by themselves. Its id is never given out again
    /// (TN-05): somebody may still hold its keys, or data under its issuer. Where a crash cut a
    /// deletion off, deleting again finishes it, and says that there is no such tenant any more.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn delete_tenant(&self, id: &TenantId) -> Result<(), AdminError> {
        let (admin, id) = (self.clone(), id.clone());
        self.complete(async move {
            // What is under way meets a disabled tenant first, then none.
            let known = Box::pin(admin.disable_tenant(&id)).await;
            let stores = &admin.stores;
            stores.tenants.delete(&id).await?;
            if known.is_ok() {
                admin.done(&id, Deed::TenantDeleted, About::Tenant);
            }
            stores.clients.erase(&id).await?;
            stores.accounts.erase(&id).await?;
            stores.consents.erase(&id).await?;
            stores.jwt_ids.erase(&id).await?;
            let erased = stores.key_records.erase(&id).await;
            admin.ports.keyring.forget(&id);
            erased?;
            known.map(drop)
        })
        .await
    }
}
