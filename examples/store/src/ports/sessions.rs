//! Sessions.

use grantry::{
    async_trait,
    ports::{Change, Create, Sessions, StoreError},
    types::{Session, Subject, TenantId, TicketId, Timestamp, Version},
};

use crate::{
    JsonStore,
    rows::ticket_key,
    table::{Row, Table},
};

#[async_trait]
impl Sessions for JsonStore {
    async fn create(&self, tenant: &TenantId, session: Session) -> Result<Create, StoreError> {
        self.rows().create(tenant.as_str(), &session)
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Session>, StoreError> {
        self.rows().read(tenant.as_str(), &ticket_key(id))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        session: Session,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.rows().change(tenant.as_str(), &session, from)
    }

    async fn delete(&self, tenant: &TenantId, id: TicketId) -> Result<bool, StoreError> {
        Ok(self.rows().remove(&(Table::Sessions, tenant.to_string(), ticket_key(id))))
    }

    async fn end(&self, tenant: &TenantId, sid: TicketId) -> Result<Option<Subject>, StoreError> {
        let mut rows = self.rows();
        let mut whose = None;
        for row in rows.list::<Session>(tenant.as_str(), None, usize::MAX)? {
            if row.sid == sid {
                rows.remove(&(Table::Sessions, tenant.to_string(), row.id()));
                whose = Some(row.subject);
            }
        }
        Ok(whose)
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Option<&Subject>,
        after: Option<TicketId>,
        limit: usize,
    ) -> Result<Vec<Session>, StoreError> {
        let after = after.map(ticket_key);
        let later = self.rows().list::<Session>(tenant.as_str(), after.as_deref(), usize::MAX)?;
        let mine = |row: &Session| whose.is_none_or(|subject| row.subject == *subject);
        Ok(later.into_iter().filter(mine).take(limit).collect())
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.rows().sweep::<Session>(|row| row.expires_at < before, limit)
    }
}
