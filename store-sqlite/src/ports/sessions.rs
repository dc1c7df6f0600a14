//! Sessions.

use grantry::{
    async_trait,
    ports::{Change, Create, Sessions, StoreError},
    types::{Session, Subject, TenantId, TicketId, Timestamp, Version},
};
use rusqlite::params_from_iter;

use super::sweep::sweep;
use crate::{
    SqliteStore,
    columns::{Column, after, first, limit, version},
    texts::{changed, created, text},
};

const READ: &str = "SELECT row FROM sessions WHERE tenant = ?1 AND id = ?2";
const CREATE: &str = "INSERT INTO sessions (tenant, id, sid, version, subject, expires_at, row) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE sessions \
    SET sid = ?3, version = ?4, subject = ?5, expires_at = ?6, row = ?7 \
    WHERE tenant = ?1 AND id = ?2 AND version = ?8";
const DELETE: &str = "DELETE FROM sessions WHERE tenant = ?1 AND id = ?2";
const END: &str = "DELETE FROM sessions WHERE tenant = ?1 AND sid = ?2 RETURNING subject";
const LIST: &str = "SELECT row FROM sessions WHERE tenant = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
const LIST_OF: &str = "SELECT row FROM sessions \
    WHERE tenant = ?1 AND id > ?2 AND subject = ?4 ORDER BY id LIMIT ?3";
const SWEEP: &str = "DELETE FROM sessions WHERE rowid IN \
    (SELECT rowid FROM sessions WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[READ, CREATE, CHANGE, DELETE, END, LIST, LIST_OF, SWEEP];

#[async_trait]
impl Sessions for SqliteStore {
    async fn create(&self, tenant: &TenantId, session: Session) -> Result<Create, StoreError> {
        let (subject, end) = (session.subject.column(), session.expires_at.column());
        let (id, sid) = (session.id.column(), session.sid.column());
        let version = first(session.version)?;
        let values = [tenant.column(), id, sid, version, subject, end, text(&session)?];
        self.engine.execute(CREATE, values).await.map(created)
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Session>, StoreError> {
        self.engine.row(READ, [tenant.column(), id.column()]).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        session: Session,
        from: Version,
    ) -> Result<Change, StoreError> {
        let (Some(next), Some(from)) = (version(session.version), version(from)) else {
            return Ok(Change::Lost);
        };
        let (subject, end) = (session.subject.column(), session.expires_at.column());
        let (id, sid) = (session.id.column(), session.sid.column());
        let row = text(&session)?;
        let values = [tenant.column(), id, sid, next.into(), subject, end, row, from.into()];
        self.engine.execute(CHANGE, values).await.map(changed)
    }

    async fn delete(&self, tenant: &TenantId, id: TicketId) -> Result<bool, StoreError> {
        Ok(self.engine.execute(DELETE, [tenant.column(), id.column()]).await? == 1)
    }

    async fn end(&self, tenant: &TenantId, sid: TicketId) -> Result<Option<Subject>, StoreError> {
        let key = [tenant.column(), sid.column()];
        let subjects = self.engine.write(move |db| {
            let mut ended = db.prepare_cached(END)?;
            let subjects = ended.query_map(params_from_iter(&key), |row| row.get(0))?;
            subjects.collect::<rusqlite::Result<Vec<String>>>()
        });
        let subject = subjects.await?.pop();
        subject.map(|subject| subject.parse().map_err(StoreError::new)).transpose()
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Option<&Subject>,
        last: Option<TicketId>,
        most: usize,
    ) -> Result<Vec<Session>, StoreError> {
        let page = [tenant.column(), after(last), limit(most)];
        match whose {
            None => self.engine.rows(LIST, page).await,
            Some(subject) => {
                let [tenant, last, most] = page;
                self.engine.rows(LIST_OF, [tenant, last, most, subject.column()]).await
            }
        }
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        sweep(&self.engine, SWEEP, before, limit).await
    }
}
