//! Tenants.

use std::sync::Arc;

use grantry::{
    async_trait,
    ports::{Change, Create, StoreError, Tenants},
    types::{Tenant, TenantId, Version},
};

use crate::{
    JsonStore,
    table::{Key, Table},
};

/// A tenant is nobody's but its own.
const NOBODY: &str = "";

fn key(table: Table, id: &TenantId) -> Key {
    (table, NOBODY.to_owned(), id.to_string())
}

#[async_trait]
impl Tenants for JsonStore {
    async fn read(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        Ok(self.rows().read(NOBODY, id.as_str())?.map(Arc::new))
    }

    async fn create(&self, tenant: Tenant) -> Result<Create, StoreError> {
        let mut rows = self.rows();
        if rows.marked(&key(Table::Gone, &tenant.id)).is_some() {
            return Ok(Create::Conflict);
        }
        rows.create(NOBODY, &tenant)
    }

    async fn change(&self, tenant: Tenant, from: Version) -> Result<Change, StoreError> {
        self.rows().change(NOBODY, &tenant, from)
    }

    async fn delete(&self, id: &TenantId) -> Result<(), StoreError> {
        let mut rows = self.rows();
        if rows.marked(&key(Table::Tenants, id)).is_some() {
            rows.mark(key(Table::Gone, id), "");
            rows.remove(&key(Table::Tenants, id));
        }
        Ok(())
    }

    async fn list(
        &self,
        after: Option<&TenantId>,
        limit: usize,
    ) -> Result<Vec<Arc<Tenant>>, StoreError> {
        let found = self.rows().list(NOBODY, after.map(TenantId::as_str), limit)?;
        Ok(found.into_iter().map(Arc::new).collect())
    }
}
