//! Tickets.

use async_trait::async_trait;
use grantry::{
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{Next, Presentation, Presented, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};
use tokio_postgres::types::ToSql;

use super::{
    SOME, changed, created,
    present::present,
    ticket::{columns, ended, ticket},
};
use crate::{
    PostgresStore,
    values::{limit, millis, new_version, value, version},
};

const ISSUE: &str = concat!(
    "INSERT INTO tickets (tenant, ",
    columns!(),
    ", session, expires_about) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
     $14, $15, $16, $17, $18, $19, $15::bigint / 21600000) ON CONFLICT DO NOTHING"
);
const READ: &str = concat!("SELECT ", columns!(), " FROM tickets WHERE tenant = $1 AND id = $2");
const CHANGE: &str = "UPDATE tickets SET version = version + 1, \
     changed_at = GREATEST($4::bigint, changed_at), generation = $5, ended = $6, \
     refreshable = $7, rotated_at = $8, expires_at = $9::bigint, expires_about = $9::bigint / 21600000, \
     sender_key = $10 \
     WHERE tenant = $1 AND id = $2 AND version = $3 AND ended IS NULL \
     AND GREATEST($4::bigint, changed_at) < expires_at";
const END: &str = "UPDATE tickets SET version = version + 1, \
     changed_at = GREATEST($3::bigint, changed_at), ended = 'revoked' \
     WHERE tenant = $1 AND id = ANY($2) AND ended IS NULL";
const SWEEP: &str = "DELETE FROM tickets WHERE expires_at < $1 AND (tenant, id) IN \
     (SELECT tenant, id FROM tickets WHERE expires_about <= $1::bigint / 21600000 \
     AND expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)";

/// The statement that lists the tickets which `whose` means, and the one that lists those which live.
macro_rules! lists {
    ($whose:expr) => {
        (
            concat!(
                "SELECT ",
                columns!(),
                " FROM tickets WHERE tenant = $1 AND id > $2 AND ",
                $whose,
                " ORDER BY id LIMIT $3"
            ),
            concat!(
                "SELECT id FROM tickets WHERE tenant = $1 AND id > $2 AND ended IS NULL AND ",
                $whose,
                " ORDER BY id LIMIT $3"
            ),
        )
    };
}

/// Whom a list is of: the statements, and the value that they are given beside tenant, place and number.
type List = ((&'static str, &'static str), Box<dyn ToSql + Send + Sync>);

fn list(whose: &Whose) -> Result<List, StoreError> {
    Ok(match whose {
        Whose::One(id) => (lists!("id = $4"), Box::new(id.as_bytes().to_vec())),
        Whose::Subject(subject) => (lists!("subject = $4"), Box::new(subject.to_string())),
        Whose::Client(client) => (lists!("client = $4"), Box::new(client.to_string())),
        Whose::Session(session) => (lists!("session = $4"), Box::new(session.as_bytes().to_vec())),
        Whose::Tenant => (lists!("$4::boolean"), Box::new(true)),
        _ => return Err(StoreError::new("tickets of somebody that this store does not know")),
    })
}

#[async_trait]
impl Tickets for PostgresStore {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        let authorized = ticket.authorized.as_deref().map(grantry_rows::write).transpose()?;
        let session = ticket.session();
        let rows = self
            .calls()
            .count(
                ISSUE,
                &[
                    &tenant.as_str(),
                    &&ticket.id.as_bytes()[..],
                    &new_version(ticket.version)?,
                    &i64::from(ticket.generation.0),
                    &ended(ticket.state),
                    &ticket.client.as_str(),
                    &ticket.subject.as_str(),
                    &ticket.scope.as_str(),
                    &ticket.audience.as_str(),
                    &ticket.binding.as_ref().map(|binding| &binding.as_bytes()[..]),
                    &ticket.refreshable,
                    &millis(ticket.authenticated_at),
                    &millis(ticket.changed_at),
                    &millis(ticket.rotated_at),
                    &millis(ticket.expires_at),
                    &millis(ticket.ends_at),
                    &authorized,
                    &ticket.sender_key.as_ref().map(|key| &key.as_bytes()[..]),
                    &session.as_ref().map(|session| &session.as_bytes()[..]),
                ],
            )
            .await?;
        Ok(created(rows))
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let rows = self.calls().read(READ, &[&tenant.as_str(), &&id.as_bytes()[..]]).await?;
        rows.first().map(ticket).transpose()
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let Some(from) = version(from) else { return Ok(Change::Lost) };
        let rows = self
            .calls()
            .count(
                CHANGE,
                &[
                    &tenant.as_str(),
                    &&id.as_bytes()[..],
                    &from,
                    &millis(now),
                    &i64::from(next.generation.0),
                    &ended(next.state),
                    &next.refreshable,
                    &millis(next.rotated_at),
                    &millis(next.expires_at),
                    &next.sender_key.as_ref().map(|key| &key.as_bytes()[..]),
                ],
            )
            .await?;
        Ok(changed(rows))
    }

    async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: &Presentation,
        now: Timestamp,
    ) -> Result<Presented, StoreError> {
        present(self, tenant, id, shown, now).await
    }

    /// One is ended by one statement. Many are ended some at a time, so that nothing is locked for long.
    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        if let Whose::One(id) = whose {
            let ids = vec![&id.as_bytes()[..]];
            return Ok(self.calls().count(END, &[&tenant.as_str(), &ids, &millis(now)]).await?);
        }
        let (store, tenant) = (self.clone(), tenant.clone());
        self.complete(async move { end_many(&store, &tenant, &whose, now).await }).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        let ((sql, _), of) = list(&whose)?;
        let after = after.as_ref().map_or(&[][..], |Cursor(last)| &last.as_bytes()[..]);
        let one_more = limit(Page::SIZE + 1);
        let rows = self.calls().read(sql, &[&tenant.as_str(), &after, &one_more, &*of]).await?;
        Ok(Page::of(rows.iter().map(ticket).collect::<Result<_, _>>()?))
    }

    async fn sweep(&self, before: Timestamp, most: usize) -> Result<usize, StoreError> {
        let rows = self.calls().count(SWEEP, &[&millis(before), &limit(most)]).await?;
        usize::try_from(rows).map_err(StoreError::new)
    }
}

async fn end_many(
    store: &PostgresStore,
    tenant: &TenantId,
    whose: &Whose,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let ((_, sql), of) = list(whose)?;
    let (mut ended, mut after) = (0, Vec::new());
    loop {
        let values: [&(dyn ToSql + Sync); 4] = [&tenant.as_str(), &after, &SOME, &*of];
        let rows = store.calls().read(sql, &values).await?;
        let ids =
            rows.iter().map(|row| value::<&[u8]>(row, "id")).collect::<Result<Vec<_>, _>>()?;
        let Some(last) = ids.last() else { return Ok(ended) };
        ended += store.calls().count(END, &[&tenant.as_str(), &ids, &millis(now)]).await?;
        after = last.to_vec();
    }
}
