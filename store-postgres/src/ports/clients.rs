//! Clients.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{Change, Clients, Create, StoreError},
    types::{Client, ClientId, TenantId, Version},
};

use super::{SOME, Told, all, changed, created, first, told};
use crate::{
    PostgresStore,
    values::{limit, new_version, version},
};

const READ: &str = "SELECT body FROM clients WHERE tenant = $1 AND client = $2";
const CREATE: Told = told!(
    "INSERT INTO clients (tenant, client, version, body) VALUES ($1, $2, $3, $4) \
     ON CONFLICT DO NOTHING"
);
const CHANGE: Told = told!(
    "UPDATE clients SET version = $3, body = $4 \
     WHERE tenant = $1 AND client = $2 AND version = $5"
);
const DELETE: Told = told!("DELETE FROM clients WHERE tenant = $1 AND client = $2");
const LIST: &str = "SELECT body FROM clients WHERE tenant = $1 AND client > $2 \
     ORDER BY client LIMIT $3";
const ERASE: Told = told!(
    "DELETE FROM clients WHERE tenant = $1 AND client IN \
     (SELECT client FROM clients WHERE tenant = $1 ORDER BY client LIMIT $2)"
);

#[async_trait]
impl Clients for PostgresStore {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        let rows = self.calls().read(READ, &[&tenant.as_str(), &id.as_str()]).await?;
        Ok(first(&rows)?.map(Arc::new))
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        let (version, body) = (new_version(client.version)?, grantry_rows::write(&client)?);
        let (tenant, id) = (tenant.as_str(), client.id.as_str());
        Ok(created(self.tell(&CREATE, &[&tenant, &id, &version, &body]).await?))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        let Some(from) = version(from) else { return Ok(Change::Lost) };
        let (version, body) = (new_version(client.version)?, grantry_rows::write(&client)?);
        let (tenant, id) = (tenant.as_str(), client.id.as_str());
        Ok(changed(self.tell(&CHANGE, &[&tenant, &id, &version, &body, &from]).await?))
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        self.tell(&DELETE, &[&tenant.as_str(), &id.as_str()]).await?;
        Ok(())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        most: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        let after = after.map_or("", ClientId::as_str);
        all(&self.calls().read(LIST, &[&tenant.as_str(), &after, &limit(most)]).await?)
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let (store, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            while store.tell(&ERASE, &[&tenant.as_str(), &SOME]).await? > 0 {}
            Ok(())
        })
        .await
    }
}
