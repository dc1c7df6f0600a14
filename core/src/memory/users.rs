//! Users in memory.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::MemoryStore;
use super::table::Table;
use crate::ports::{AccountChange, Accounts, Change, Create, StoreError};
use crate::types::{Account, Subject, TenantId, Version};

/// Users by subject, and an index of their names. One writes at a time, since a row and its name are
/// two entries; a reader believes a name only if the user it leads to bears it.
#[derive(Debug, Default)]
pub(super) struct People {
    writing: Mutex<()>,
    accounts: Table<(TenantId, Subject), Arc<Account>>,
    names: Table<(TenantId, Box<str>), Subject>,
}

type Name = (TenantId, Box<str>);

impl People {
    fn write(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the name is this user's from now on, or was so before.
    fn reserve(&self, name: &Name, subject: &Subject) -> bool {
        self.names.create(name.clone(), subject.clone()) == Create::Created
            || self.names.read(name).as_ref() == Some(subject)
    }
}

#[async_trait]
impl Accounts for MemoryStore {
    async fn by_username(
        &self,
        tenant: &TenantId,
        canonical: &str,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        let Some(subject) = self.people.names.read(&(tenant.clone(), canonical.into())) else {
            return Ok(None);
        };
        let account = self.people.accounts.read(&(tenant.clone(), subject));
        Ok(account.filter(|account| &*account.username == canonical))
    }

    async fn by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        Ok(self.people.accounts.read(&(tenant.clone(), subject.clone())))
    }

    async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
        let name = (tenant.clone(), account.username.clone());
        let key = (tenant.clone(), account.subject.clone());
        let _writing = self.people.write();
        if self.people.names.create(name.clone(), account.subject.clone()) == Create::Conflict {
            return Ok(Create::Conflict);
        }
        let created = self.people.accounts.create(key, Arc::new(account));
        if created == Create::Conflict {
            self.people.names.remove(&name);
        }
        Ok(created)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        account: Account,
        from: Version,
    ) -> Result<AccountChange, StoreError> {
        let key = (tenant.clone(), account.subject.clone());
        let name = (tenant.clone(), account.username.clone());
        let _writing = self.people.write();
        let Some(old) = self.people.accounts.read(&key) else { return Ok(AccountChange::Lost) };
        if !self.people.reserve(&name, &account.subject) {
            return Ok(AccountChange::Taken);
        }
        let old = (tenant.clone(), old.username.clone());
        let changed =
            self.people.accounts.change(&key, Arc::new(account), from, |row| Some(row.version));
        // The name that is now nobody's: the old one, or the one that was reserved for nothing.
        let free = if changed == Change::Written { &old } else { &name };
        if old != name {
            self.people.names.remove(free);
        }
        Ok(match changed {
            Change::Written => AccountChange::Written,
            Change::Lost => AccountChange::Lost,
        })
    }

    async fn delete(&self, tenant: &TenantId, subject: &Subject) -> Result<(), StoreError> {
        let _writing = self.people.write();
        if let Some(gone) = self.people.accounts.remove(&(tenant.clone(), subject.clone())) {
            self.people.names.remove(&(tenant.clone(), gone.username.clone()));
        }
        Ok(())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&Subject>,
        limit: usize,
    ) -> Result<Vec<Arc<Account>>, StoreError> {
        let (tenant, after) = (tenant.clone(), after.cloned());
        let wanted = move |(owner, subject): &(TenantId, Subject), _: &Arc<Account>| {
            *owner == tenant && after.as_ref().is_none_or(|after| subject > after)
        };
        self.people.accounts.list(wanted, limit).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let (one, other) = (tenant.clone(), tenant.clone());
        self.people.accounts.erase(move |(owner, _)| *owner == one).await?;
        self.people.names.erase(move |(owner, _)| *owner == other).await
    }
}
