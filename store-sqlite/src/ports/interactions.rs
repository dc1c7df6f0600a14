//! Requests that wait for their users.

use grantry::{
    async_trait,
    ports::{Change, Create, Interactions, StoreError},
    types::{Parked, TenantId, TicketId, Timestamp, Version},
};
use rusqlite::{OptionalExtension, params, params_from_iter, types::Value};

use super::sweep::sweep;
use crate::{
    SqliteStore,
    columns::{Column, first, version},
    texts::{changed, created},
};

const READ: &str =
    "SELECT version, expires_at, body FROM interactions WHERE tenant = ?1 AND id = ?2";
const CREATE: &str = "INSERT INTO interactions (tenant, id, version, expires_at, body) \
    VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE interactions SET version = ?3, expires_at = ?4, body = ?5 \
    WHERE tenant = ?1 AND id = ?2 AND version = ?6";
const CROWD: &str = "DELETE FROM interactions WHERE rowid IN (SELECT rowid FROM interactions \
    WHERE tenant = ?1 ORDER BY expires_at DESC LIMIT -1 OFFSET ?2)";
const SWEEP: &str = "DELETE FROM interactions WHERE rowid IN \
    (SELECT rowid FROM interactions WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

/// About the most requests of one tenant that wait for their users. Beyond it the oldest go: anybody can
/// make such requests, and the disk must not fill with them.
const WAITING: i64 = 10_000;
/// One of so many looks whether there are too many, by its id, which is a hash.
const ONE_OF: u8 = 64;

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[READ, CREATE, CHANGE, CROWD, SWEEP];

#[async_trait]
impl Interactions for SqliteStore {
    async fn create(&self, tenant: &TenantId, parked: Parked) -> Result<Create, StoreError> {
        let looks = parked.id.as_bytes()[15].is_multiple_of(ONE_OF);
        let end = parked.expires_at.column();
        let (id, version) = (parked.id.column(), first(parked.version)?);
        let values = [tenant.column(), id, version, end, Value::Blob(parked.body.into_vec())];
        let rows = self.engine.write(move |db| {
            let rows = db.prepare_cached(CREATE)?.execute(params_from_iter(&values))?;
            if looks {
                db.prepare_cached(CROWD)?.execute(params![values[0], WAITING])?;
            }
            Ok(rows)
        });
        rows.await.map(created)
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Parked>, StoreError> {
        let key = [tenant.column(), id.column()];
        let row = self.engine.read(move |db| {
            let mut found = db.prepare_cached(READ)?;
            let row = found.query_row(params_from_iter(&key), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?))
            });
            row.optional()
        });
        let parked = |(version, expires_at, body): (u64, u64, Vec<u8>)| Parked {
            id,
            version: Version(version),
            expires_at: Timestamp::from_millis(expires_at),
            body: body.into(),
        };
        Ok(row.await?.map(parked))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        parked: Parked,
        from: Version,
    ) -> Result<Change, StoreError> {
        let (Some(next), Some(from)) = (version(parked.version), version(from)) else {
            return Ok(Change::Lost);
        };
        let (id, end) = (parked.id.column(), parked.expires_at.column());
        let body = Value::Blob(parked.body.into_vec());
        let values = [tenant.column(), id, next.into(), end, body, from.into()];
        self.engine.execute(CHANGE, values).await.map(changed)
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        sweep(&self.engine, SWEEP, before, limit).await
    }
}
