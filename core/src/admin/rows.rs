//! Rows change as a whole: read, change, compare and set. What makes a row more powerful is checked
//! by `change`; what takes power away is never in the way of a check.

use std::sync::Arc;

use super::{About, Admin, missing_keys::signs_by};
use crate::error::AdminError;
use crate::ports::{AccountChange, Change, Deed};
use crate::types::{Account, Client, ClientId, Policy, Subject, Tenant, TenantId};

/// How often a row is read anew because somebody else wrote it in between.
const ROUNDS: usize = 100;

impl Admin {
    pub(super) async fn rewrite_tenant(
        &self,
        id: &TenantId,
        deed: Option<Deed>,
        change: impl Fn(&mut Tenant) -> Result<(), AdminError> + Send,
    ) -> Result<(Arc<Tenant>, bool), AdminError> {
        for _ in 0..ROUNDS {
            let old = self.demand_tenant(id).await?;
            let mut new = Tenant::clone(&old);
            change(&mut new)?;
            if new == *old {
                return Ok((old, false));
            }
            new.version = old.version.next();
            let (admin, row) = (self.clone(), new.clone());
            let write = async move {
                let id = row.id.clone();
                if signs_by(&row.policy) != signs_by(&old.policy) {
                    admin.ensure_signing_keys(&id, &row.policy).await?;
                }
                let change = admin.stores.tenants.change(row, old.version).await?;
                admin.told(change == Change::Written, &id, deed, About::Tenant);
                Ok(change)
            };
            if self.complete(write).await? == Change::Written {
                return Ok((Arc::new(new), true));
            }
        }
        Err(AdminError::Contended)
    }

    pub(super) async fn rewrite_client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
        deed: Option<Deed>,
        change: impl Fn(&mut Client, &Policy) -> Result<(), AdminError> + Send,
    ) -> Result<(Arc<Client>, bool), AdminError> {
        for _ in 0..ROUNDS {
            let policy = &self.demand_tenant(tenant).await?.policy;
            let old = self.stores.clients.read(tenant, id).await?;
            let old = old.ok_or(AdminError::UnknownClient)?;
            let mut new = Client::clone(&old);
            change(&mut new, policy)?;
            if new == *old {
                return Ok((old, false));
            }
            new.version = old.version.next();
            let (admin, tenant, row) = (self.clone(), tenant.clone(), new.clone());
            let write = async move {
                let id = row.id.clone();
                if row.browser != old.browser {
                    admin.ensure_subjects(&tenant, &row).await?;
                }
                let change = admin.stores.clients.change(&tenant, row, old.version).await?;
                admin.told(change == Change::Written, &tenant, deed, About::Client(&id));
                Ok(change)
            };
            if self.complete(write).await? == Change::Written {
                return Ok((Arc::new(new), true));
            }
        }
        Err(AdminError::Contended)
    }

    pub(super) async fn rewrite_account(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        deed: Option<Deed>,
        change: impl Fn(&mut Account) -> Result<(), AdminError> + Send,
    ) -> Result<(Arc<Account>, bool), AdminError> {
        if self.hashing.is_none() {
            return Err(AdminError::ForeignUsers);
        }
        for _ in 0..ROUNDS {
            self.demand_tenant(tenant).await?;
            let old = self.stores.accounts.by_subject(tenant, subject).await?;
            let old = old.ok_or(AdminError::UnknownUser)?;
            let mut new = Account::clone(&old);
            change(&mut new)?;
            if new == *old {
                return Ok((old, false));
            }
            new.version = old.version.next();
            let (admin, tenant, row) = (self.clone(), tenant.clone(), new.clone());
            let write = async move {
                let subject = row.subject.clone();
                let change = admin.stores.accounts.change(&tenant, row, old.version).await?;
                let written = change == AccountChange::Written;
                admin.told(written, &tenant, deed, About::User(&subject));
                Ok(change)
            };
            match self.complete(write).await? {
                AccountChange::Written => return Ok((Arc::new(new), true)),
                AccountChange::Taken => return Err(AdminError::Exists("a user")),
                AccountChange::Lost => {}
            }
        }
        Err(AdminError::Contended)
    }

    /// Tells of a write in the task that made it.
    fn told(&self, written: bool, tenant: &TenantId, deed: Option<Deed>, about: About<'_>) {
        if let Some(deed) = deed.filter(|_| written) {
            self.done(tenant, deed, about);
        }
    }
}
