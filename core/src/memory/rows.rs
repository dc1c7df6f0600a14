//! Tenants, clients, users and keys in memory.

use std::sync::Arc;

use async_trait::async_trait;
use dashmap::{DashMap, Entry};

use crate::ports::{Accounts, Clients, Create, KeyRecord, KeyRecords, StoreError, Tenants};
use crate::types::{Account, Client, ClientId, Subject, Tenant, TenantId};

/// All rows but the tickets. Names that users choose are hashed with a key, so that nobody can
/// choose them to collide.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tenants: DashMap<TenantId, Arc<Tenant>>,
    clients: DashMap<(TenantId, ClientId), Arc<Client>>,
    /// The one that decides whether a user exists.
    accounts: DashMap<(TenantId, Box<str>), Arc<Account>>,
    subjects: DashMap<(TenantId, Subject), Arc<Account>>,
    keys: DashMap<TenantId, Vec<KeyRecord>>,
}

#[async_trait]
impl Tenants for MemoryStore {
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        Ok(self.tenants.get(id).map(|row| row.clone()))
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        Ok(insert(self.tenants.entry(tenant.id.clone()), Arc::new(tenant)))
    }
}

#[async_trait]
impl Clients for MemoryStore {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        Ok(self.clients.get(&(tenant.clone(), id.clone())).map(|row| row.clone()))
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        let key = (tenant.clone(), client.id.clone());
        Ok(insert(self.clients.entry(key), Arc::new(client)))
    }
}

#[async_trait]
impl Accounts for MemoryStore {
    async fn by_username(
        &self,
        tenant: &TenantId,
        canonical: &str,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        Ok(self.accounts.get(&(tenant.clone(), canonical.into())).map(|row| row.clone()))
    }

    async fn by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        Ok(self.subjects.get(&(tenant.clone(), subject.clone())).map(|row| row.clone()))
    }

    async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
        let account = Arc::new(account);
        let subject = (tenant.clone(), account.subject.clone());
        // The name's entry stays locked until both are there: nobody sees half a user.
        let Entry::Vacant(name) = self.accounts.entry((tenant.clone(), account.username.clone()))
        else {
            return Ok(Create::Conflict);
        };
        let created = insert(self.subjects.entry(subject), account.clone());
        if created == Create::Created {
            name.insert(account);
        }
        Ok(created)
    }
}

#[async_trait]
impl KeyRecords for MemoryStore {
    async fn list(&self, tenant: &TenantId) -> Result<Vec<KeyRecord>, StoreError> {
        Ok(self.keys.get(tenant).map(|row| row.clone()).unwrap_or_default())
    }

    async fn create(&self, tenant: &TenantId, keys: Vec<KeyRecord>) -> Result<Create, StoreError> {
        Ok(insert(self.keys.entry(tenant.clone()), keys))
    }
}

fn insert<K: Eq + std::hash::Hash, V>(entry: Entry<'_, K, V>, value: V) -> Create {
    match entry {
        Entry::Occupied(_) => Create::Conflict,
        Entry::Vacant(free) => {
            free.insert(value);
            Create::Created
        }
    }
}
