//! Users: a row, and a second one that says whose the name is. Both are written under one lock, so
//! nobody sees the one without the other. Where an engine has no such lock, a unique index does it.

use std::sync::Arc;

use grantry::{
    async_trait,
    ports::{AccountChange, Accounts, Change, Create, StoreError},
    types::{Account, Subject, TenantId, Version},
};

use crate::{
    JsonStore,
    table::{Key, Table},
};

fn name(tenant: &TenantId, name: &str) -> Key {
    (Table::Names, tenant.to_string(), name.to_owned())
}

#[async_trait]
impl Accounts for JsonStore {
    async fn by_username(
        &self,
        tenant: &TenantId,
        canonical: &str,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        let rows = self.rows();
        let Some(subject) = rows.marked(&name(tenant, canonical)) else { return Ok(None) };
        Ok(rows.read(tenant.as_str(), subject)?.map(Arc::new))
    }

    async fn by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        Ok(self.rows().read(tenant.as_str(), subject.as_str())?.map(Arc::new))
    }

    async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
        let (mut rows, name) = (self.rows(), name(tenant, &account.username));
        if rows.marked(&name).is_some() {
            return Ok(Create::Conflict);
        }
        let created = rows.create(tenant.as_str(), &account)?;
        if created == Create::Created {
            rows.mark(name, account.subject.as_str());
        }
        Ok(created)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        account: Account,
        from: Version,
    ) -> Result<AccountChange, StoreError> {
        let (mut rows, new) = (self.rows(), name(tenant, &account.username));
        let subject = account.subject.as_str();
        if rows.marked(&new).is_some_and(|owner| owner != subject) {
            return Ok(AccountChange::Taken);
        }
        let Some(old) = rows.read::<Account>(tenant.as_str(), subject)? else {
            return Ok(AccountChange::Lost);
        };
        if rows.change(tenant.as_str(), &account, from)? == Change::Lost {
            return Ok(AccountChange::Lost);
        }
        rows.remove(&name(tenant, &old.username));
        rows.mark(new, subject);
        Ok(AccountChange::Written)
    }

    async fn delete(&self, tenant: &TenantId, subject: &Subject) -> Result<(), StoreError> {
        let mut rows = self.rows();
        if let Some(gone) = rows.read::<Account>(tenant.as_str(), subject.as_str())? {
            rows.remove(&name(tenant, &gone.username));
            rows.remove(&(Table::Accounts, tenant.to_string(), subject.to_string()));
        }
        Ok(())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&Subject>,
        limit: usize,
    ) -> Result<Vec<Arc<Account>>, StoreError> {
        let found = self.rows().list(tenant.as_str(), after.map(Subject::as_str), limit)?;
        Ok(found.into_iter().map(Arc::new).collect())
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let mut rows = self.rows();
        rows.erase(Table::Accounts, tenant.as_str());
        rows.erase(Table::Names, tenant.as_str());
        Ok(())
    }
}
