//! Clients.

use std::sync::Arc;

use grantry::{
    async_trait,
    ports::{Change, Clients, Create, StoreError},
    types::{Client, ClientId, TenantId, Version},
};

use super::sweep::erase;
use crate::{
    SqliteStore,
    columns::{Column, after_text, first, limit, version},
    texts::{changed, created, text},
};

const READ: &str = "SELECT row FROM clients WHERE tenant = ?1 AND id = ?2";
const CREATE: &str =
    "INSERT INTO clients (tenant, id, version, row) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const CHANGE: &str =
    "UPDATE clients SET version = ?3, row = ?4 WHERE tenant = ?1 AND id = ?2 AND version = ?5";
const DELETE: &str = "DELETE FROM clients WHERE tenant = ?1 AND id = ?2";
const LIST: &str = "SELECT row FROM clients WHERE tenant = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
const ERASE: &str = "DELETE FROM clients WHERE rowid IN \
    (SELECT rowid FROM clients WHERE tenant = ?1 LIMIT ?2)";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[READ, CREATE, CHANGE, DELETE, LIST, ERASE];

#[async_trait]
impl Clients for SqliteStore {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        Ok(self.engine.row(READ, [tenant.column(), id.column()]).await?.map(Arc::new))
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        let (id, version) = (client.id.column(), first(client.version)?);
        let values = [tenant.column(), id, version, text(&client)?];
        self.engine.execute(CREATE, values).await.map(created)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        let (Some(next), Some(from)) = (version(client.version), version(from)) else {
            return Ok(Change::Lost);
        };
        let id = client.id.column();
        let values = [tenant.column(), id, next.into(), text(&client)?, from.into()];
        self.engine.execute(CHANGE, values).await.map(changed)
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        self.engine.execute(DELETE, [tenant.column(), id.column()]).await.map(drop)
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        most: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        self.engine.shared(LIST, [tenant.column(), after_text(after), limit(most)]).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        erase(&self.engine, ERASE, tenant).await
    }
}
