//! Tenants, clients and keys in memory.

use std::{
    collections::BTreeSet,
    ops::Bound,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;

use super::table::Table;
use super::users::People;
use super::visits::Visits;
use crate::ports::{Change, Clients, Create, KeyRecords, KeySet, Newer, StoreError, Tenants};
use crate::types::{Client, ClientId, JwtId, Tenant, TenantId, Timestamp, Version};

/// All rows but the tickets.
#[derive(Debug, Default)]
pub struct MemoryStore {
    /// A deleted tenant leaves `None` behind, so that its name stays taken.
    tenants: Table<TenantId, Option<Arc<Tenant>>>,
    /// Their names, in order: who goes through all tenants does not look at all of them for each page.
    names: RwLock<BTreeSet<TenantId>>,
    clients: Table<(TenantId, ClientId), Arc<Client>>,
    pub(super) people: People,
    pub(super) visits: Visits,
    keys: Table<TenantId, KeySet>,
    /// How often keys were written, of any tenant.
    key_writes: AtomicU64,
    /// Until when each is remembered.
    pub(super) jwt_ids: Table<(TenantId, JwtId), Timestamp>,
}

impl MemoryStore {
    /// After the write: whoever counts before they read knows at least what was written by then.
    fn wrote_keys<T>(&self, outcome: T) -> T {
        self.key_writes.fetch_add(1, Ordering::Release);
        outcome
    }
}

#[async_trait]
impl Tenants for MemoryStore {
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        Ok(self.tenants.read(id).flatten())
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        let id = tenant.id.clone();
        let created = self.tenants.create(id.clone(), Some(Arc::new(tenant)));
        if created == Create::Created {
            self.names.write().unwrap_or_else(PoisonError::into_inner).insert(id);
        }
        Ok(created)
    }

    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
        let (id, row) = (tenant.id.clone(), Some(Arc::new(tenant)));
        Ok(self.tenants.change(&id, row, from, |row| row.as_ref().map(|row| row.version)))
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        self.tenants.replace(id, None);
        Ok(())
    }

    async fn list(
        &self,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError> {
        let names = self.names.read().unwrap_or_else(PoisonError::into_inner);
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let later = names.range::<TenantId, _>((from, Bound::Unbounded));
        Ok(later.filter_map(|id| self.tenants.read(id).flatten()).take(limit).collect())
    }
}

#[async_trait]
impl Clients for MemoryStore {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        Ok(self.clients.read(&(tenant.clone(), id.clone())))
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        Ok(self.clients.create((tenant.clone(), client.id.clone()), Arc::new(client)))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        let key = (tenant.clone(), client.id.clone());
        Ok(self.clients.change(&key, Arc::new(client), from, |row| Some(row.version)))
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        self.clients.remove(&(tenant.clone(), id.clone()));
        Ok(())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        let (tenant, after) = (tenant.clone(), after.cloned());
        let wanted = move |(owner, id): &(TenantId, ClientId), _: &Arc<Client>| {
            *owner == tenant && after.as_ref().is_none_or(|after| id > after)
        };
        self.clients.list(wanted, limit).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let tenant = tenant.clone();
        self.clients.erase(move |(owner, _)| *owner == tenant).await
    }
}

#[async_trait]
impl KeyRecords for MemoryStore {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        Ok(self.keys.read(tenant))
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        Ok(self.wrote_keys(self.keys.create(tenant.clone(), keys)))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        Ok(self.wrote_keys(self.keys.change(tenant, keys, from, |row| Some(row.version))))
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.wrote_keys(self.keys.remove(tenant));
        Ok(())
    }

    /// Most are asked for by somebody who knows them, and who would drop a copy of them.
    async fn read_newer(&self, tenant: &TenantId, known: Version) -> Result<Newer, StoreError> {
        let newer = |set: &KeySet| match set.version == known {
            true => Newer::Same,
            false => Newer::Changed(set.clone()),
        };
        Ok(self.keys.look(tenant, newer).unwrap_or(Newer::Gone))
    }

    fn writes(&self) -> Option<u64> {
        Some(self.key_writes.load(Ordering::Acquire))
    }

    fn lasts(&self) -> bool {
        false
    }
}
