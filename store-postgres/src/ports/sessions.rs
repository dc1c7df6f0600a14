//! Sessions.

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Sessions, StoreError},
    types::{Session, Subject, TenantId, TicketId, Timestamp, Version},
};

use super::{body, changed, created, first};
use crate::{
    PostgresStore,
    values::{limit, millis, new_version, value, version},
};

const CREATE: &str = "INSERT INTO sessions (tenant, id, sid, subject, version, expires_at, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
const READ: &str = "SELECT body FROM sessions WHERE tenant = $1 AND id = $2";
const CHANGE: &str = "UPDATE sessions SET sid = $3, subject = $4, version = $5, expires_at = $6, body = $7 \
     WHERE tenant = $1 AND id = $2 AND version = $8";
const DELETE: &str = "DELETE FROM sessions WHERE tenant = $1 AND id = $2";
const END: &str = "DELETE FROM sessions WHERE tenant = $1 AND sid = $2 RETURNING subject";
const LIST: &str = "SELECT body FROM sessions WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3";
const LIST_OF_ONE: &str = "SELECT body FROM sessions \
     WHERE tenant = $1 AND id > $2 AND subject = $4 ORDER BY id LIMIT $3";
const SWEEP: &str = "DELETE FROM sessions WHERE expires_at < $1 AND (tenant, id) IN \
     (SELECT tenant, id FROM sessions WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)";

#[async_trait]
impl Sessions for PostgresStore {
    async fn create(&self, tenant: &TenantId, session: Session) -> Result<Create, StoreError> {
        let (version, body) = (new_version(session.version)?, grantry_rows::write(&session)?);
        let (tenant, subject) = (tenant.as_str(), session.subject.as_str());
        let (id, sid) = (&session.id.as_bytes()[..], &session.sid.as_bytes()[..]);
        let expires_at = millis(session.expires_at);
        let values = self
            .calls()
            .count(CREATE, &[&tenant, &id, &sid, &subject, &version, &expires_at, &body])
            .await?;
        Ok(created(values))
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Session>, StoreError> {
        first(&self.calls().read(READ, &[&tenant.as_str(), &&id.as_bytes()[..]]).await?)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        session: Session,
        from: Version,
    ) -> Result<Change, StoreError> {
        let Some(from) = version(from) else { return Ok(Change::Lost) };
        let (version, body) = (new_version(session.version)?, grantry_rows::write(&session)?);
        let (tenant, subject) = (tenant.as_str(), session.subject.as_str());
        let (id, sid) = (&session.id.as_bytes()[..], &session.sid.as_bytes()[..]);
        let expires_at = millis(session.expires_at);
        let rows = self
            .calls()
            .count(CHANGE, &[&tenant, &id, &sid, &subject, &version, &expires_at, &body, &from])
            .await?;
        Ok(changed(rows))
    }

    async fn delete(&self, tenant: &TenantId, id: TicketId) -> Result<bool, StoreError> {
        let rows = self.calls().count(DELETE, &[&tenant.as_str(), &&id.as_bytes()[..]]).await?;
        Ok(rows > 0)
    }

    async fn end(&self, tenant: &TenantId, sid: TicketId) -> Result<Option<Subject>, StoreError> {
        let rows = self.calls().write(END, &[&tenant.as_str(), &&sid.as_bytes()[..]]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let subject = value::<&str>(row, "subject")?.parse().map_err(StoreError::new)?;
        Ok(Some(subject))
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Option<&Subject>,
        after: Option<TicketId>,
        most: usize,
    ) -> Result<Vec<Session>, StoreError> {
        let after = after.as_ref().map_or(&[][..], |after| &after.as_bytes()[..]);
        let (tenant, most) = (tenant.as_str(), limit(most));
        let rows = match whose {
            None => self.calls().read(LIST, &[&tenant, &after, &most]).await?,
            Some(subject) => {
                let values = &[&tenant as _, &after as _, &most as _, &subject.as_str() as _];
                self.calls().read(LIST_OF_ONE, values).await?
            }
        };
        rows.iter().map(body).collect()
    }

    async fn sweep(&self, before: Timestamp, most: usize) -> Result<usize, StoreError> {
        let rows = self.calls().count(SWEEP, &[&millis(before), &limit(most)]).await?;
        usize::try_from(rows).map_err(StoreError::new)
    }
}
