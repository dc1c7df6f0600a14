//! Requests that wait for their users.

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Interactions, StoreError},
    types::{Parked, TenantId, TicketId, Timestamp, Version},
};

use super::{changed, created};
use crate::{
    PostgresStore,
    values::{limit, millis, moment, new_version, value, version, version_of},
};

const CREATE: &str = "INSERT INTO interactions (tenant, id, version, expires_at, body) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const READ: &str =
    "SELECT version, expires_at, body FROM interactions WHERE tenant = $1 AND id = $2";
const CHANGE: &str = "UPDATE interactions SET version = $3, expires_at = $4, body = $5 \
     WHERE tenant = $1 AND id = $2 AND version = $6";
const SWEEP: &str = "DELETE FROM interactions WHERE expires_at < $1 AND (tenant, id) IN \
     (SELECT tenant, id FROM interactions WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)";

#[async_trait]
impl Interactions for PostgresStore {
    async fn create(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError> {
        let (version, expires_at) = (new_version(parked.version)?, millis(parked.expires_at));
        let (tenant, id, body) = (tenant.as_str(), &parked.id.as_bytes()[..], &*parked.body);
        let rows =
            self.calls().count(CREATE, &[&tenant, &id, &version, &expires_at, &body]).await?;
        Ok(created(rows))
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Parked>, StoreError> {
        let rows = self.calls().read(READ, &[&tenant.as_str(), &&id.as_bytes()[..]]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let body = value::<&[u8]>(row, "body")?.into();
        let (version, expires_at) = (version_of(row)?, moment(row, "expires_at")?);
        Ok(Some(Parked { id, version, expires_at, body }))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        parked: Parked,
        from: Version,
    ) -> Result<Change, StoreError> {
        let Some(from) = version(from) else { return Ok(Change::Lost) };
        let (version, expires_at) = (new_version(parked.version)?, millis(parked.expires_at));
        let (tenant, id, body) = (tenant.as_str(), &parked.id.as_bytes()[..], &*parked.body);
        let rows = self
            .calls()
            .count(CHANGE, &[&tenant, &id, &version, &expires_at, &body, &from])
            .await?;
        Ok(changed(rows))
    }

    async fn sweep(&self, before: Timestamp, most: usize) -> Result<usize, StoreError> {
        let rows = self.calls().count(SWEEP, &[&millis(before), &limit(most)]).await?;
        usize::try_from(rows).map_err(StoreError::new)
    }
}
