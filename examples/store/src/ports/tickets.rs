//! Tickets. What a row means and how it changes is the core's to say (`judge`, `apply`, `is_live`,
//! `is_of`); the store sees to it that nobody comes between a decision and its write.

use grantry::{
    async_trait,
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{
        EndReason, Next, Presentation, Presented, TenantId, Ticket, TicketId, TicketState,
        Timestamp, Version, Whose, judge,
    },
};

use crate::{JsonStore, rows::ticket_key};

#[async_trait]
impl Tickets for JsonStore {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        self.rows().create(tenant.as_str(), ticket)
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.rows().read(tenant.as_str(), &ticket_key(id))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let mut rows = self.rows();
        match rows.read::<Ticket>(tenant.as_str(), &ticket_key(id))? {
            Some(mut row) if row.version == from && row.is_live(now) => {
                row.apply(next, now);
                rows.write(tenant.as_str(), &row)?;
                Ok(Change::Written)
            }
            _ => Ok(Change::Lost),
        }
    }

    /// The port's default reads and changes until nobody came between. Here nobody can.
    async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: &Presentation,
        now: Timestamp,
    ) -> Result<Presented, StoreError> {
        let mut rows = self.rows();
        let Some(mut row) = rows.read::<Ticket>(tenant.as_str(), &ticket_key(id))? else {
            return Ok(Presented::Refused);
        };
        let Some((outcome, next)) = judge(&row, shown, now) else { return Ok(Presented::Refused) };
        row.apply(&next, now);
        rows.write(tenant.as_str(), &row)?;
        Ok(outcome(row))
    }

    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut rows = self.rows();
        let mut ended = 0;
        for mut row in rows.list::<Ticket>(tenant.as_str(), None, usize::MAX)? {
            if row.state == TicketState::Live && row.is_of(&whose) {
                row.apply(&row.ended(EndReason::Revoked), now);
                rows.write(tenant.as_str(), &row)?;
                ended += 1;
            }
        }
        Ok(ended)
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        let after = after.map(|Cursor(last)| ticket_key(last));
        let later = self.rows().list::<Ticket>(tenant.as_str(), after.as_deref(), usize::MAX)?;
        let mine = later.into_iter().filter(|row| row.is_of(&whose));
        Ok(Page::of(mine.take(Page::SIZE + 1).collect()))
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.rows().sweep::<Ticket>(|row| row.expires_at < before, limit)
    }

    /// No call is ever pending.
    fn waits(&self) -> bool {
        false
    }
}
