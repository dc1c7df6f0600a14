//! Tickets: real columns, and each decision is one statement.

mod row;
mod sql;

#[cfg(test)]
pub(super) use sql::statements;

use grantry::{
    async_trait,
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{Next, Presentation, Presented, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};
use rusqlite::{Connection, OptionalExtension, named_params, params_from_iter, types::Value};

use self::{
    row::Kept,
    sql::{Many, came_to},
};
use super::sweep::sweep;
use crate::{
    SqliteStore,
    columns::{self, Column, after, limit},
    texts::{changed, created},
};

/// The most tickets that one statement ends. Others write between two.
const STEP: usize = 500;

#[async_trait]
impl Tickets for SqliteStore {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        let (tenant, ticket) = (tenant.column(), row::columns(ticket)?);
        let rows = self.engine.write(move |db| {
            let values = std::iter::once(&tenant).chain(&ticket);
            db.prepare_cached(&sql::ISSUE)?.execute(params_from_iter(values))
        });
        rows.await.map(created)
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let key = [tenant.column(), id.column()];
        let kept = self.engine.read(move |db| {
            let mut found = db.prepare_cached(&sql::READ)?;
            found.query_row(params_from_iter(&key), Kept::of).optional()
        });
        kept.await?.map(Kept::ticket).transpose()
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let Some(from) = columns::version(from) else { return Ok(Change::Lost) };
        let (tenant, id, now, next) = (tenant.column(), id.column(), now.column(), *next);
        let rows = self.engine.write(move |db| {
            db.prepare_cached(&sql::CHANGE)?.execute(named_params! {
                ":tenant": tenant, ":id": id, ":version": from, ":now": now,
                ":generation": next.generation.0,
                ":ended": row::ended(next.state),
                ":refreshable": next.refreshable,
                ":rotated_at": next.rotated_at.column(),
                ":expires_at": next.expires_at.column(),
                ":sender_key": row::sender_key(next.sender_key.as_ref()),
            })
        });
        rows.await.map(changed)
    }

    async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: &Presentation,
        now: Timestamp,
    ) -> Result<Presented, StoreError> {
        let (tenant, id, now, shown) = (tenant.column(), id.column(), now.column(), shown.clone());
        let row = self.engine.write(move |db| present(db, &tenant, &id, &shown, &now)).await?;
        let Some((kept, verdict)) = row else { return Ok(Presented::Refused) };
        let outcome = match verdict {
            came_to::REDEEMED => Presented::Redeemed,
            came_to::HELD => Presented::Held,
            came_to::ROTATED => Presented::Rotated,
            came_to::RETRIED => Presented::Retried,
            came_to::REUSED => Presented::Reused,
            came_to::ROLLED_BACK => Presented::RolledBack,
            _ => return Err(StoreError::new("a presentation came to what there is not")),
        };
        Ok(outcome(kept.ticket()?))
    }

    /// Many go in steps, each of which is done or not begun.
    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let (many, key) = select(tenant, &whose)?;
        let (mut ended, mut last) = (0, None);
        loop {
            let values = [tenant.column(), key.clone(), after(last), limit(STEP), now.column()];
            let ids = self.engine.write(move |db| {
                let mut ended = db.prepare_cached(&many.end)?;
                let ids = ended.query_map(params_from_iter(&values), |row| row.get(0))?;
                ids.collect::<rusqlite::Result<Vec<[u8; 16]>>>()
            });
            let ids = ids.await?;
            ended += u64::try_from(ids.len()).map_err(StoreError::new)?;
            if ids.len() < STEP {
                return Ok(ended);
            }
            last = ids.into_iter().max().map(TicketId::from_bytes);
        }
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        let (many, key) = select(tenant, &whose)?;
        let after = columns::after(after.map(|Cursor(last)| last));
        let values = [tenant.column(), key, after, limit(Page::SIZE + 1)];
        let kept = self.engine.read(move |db| {
            let mut found = db.prepare_cached(&many.list)?;
            let kept = found.query_map(params_from_iter(&values), Kept::of)?;
            kept.collect::<rusqlite::Result<Vec<_>>>()
        });
        let tickets = kept.await?.into_iter().map(Kept::ticket);
        Ok(Page::of(tickets.collect::<Result<_, _>>()?))
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        sweep(&self.engine, sql::SWEEP, before, limit).await
    }
}

/// The statements for many, and what they select by.
fn select(tenant: &TenantId, whose: &Whose) -> Result<(&'static Many, Value), StoreError> {
    Ok(match whose {
        Whose::One(id) => (&sql::ONE, id.column()),
        Whose::Subject(subject) => (&sql::OF_SUBJECT, subject.column()),
        Whose::Client(client) => (&sql::OF_CLIENT, client.column()),
        Whose::Session(session) => (&sql::OF_SESSION, session.column()),
        Whose::Tenant => (&sql::OF_TENANT, tenant.column()),
        _ => return Err(StoreError::new("a way to select tickets that this store does not know")),
    })
}

/// The row as it is now, and what the presentation came to; nothing where it was refused.
fn present(
    db: &Connection,
    tenant: &Value,
    id: &Value,
    shown: &Presentation,
    now: &Value,
) -> rusqlite::Result<Option<(Kept, u8)>> {
    let mut presented = db.prepare_cached(&sql::PRESENT)?;
    let row = presented.query_row(
        named_params! {
            ":tenant": tenant, ":id": id, ":now": now,
            ":shown": shown.generation.0,
            ":client": shown.client.as_str(),
            ":binding": shown.binding.as_ref().map(|binding| binding.as_bytes()),
            ":authenticated": shown.authenticated,
            ":sender": shown.sender.as_ref().map(|key| key.as_bytes()),
            ":rotates": shown.rotates,
            ":refreshable": shown.refreshable,
            ":window": columns::bound(shown.window),
            ":access": columns::span(shown.access),
            ":idle": columns::span(shown.idle),
            ":not_before": shown.not_before.column(),
        },
        |row| Ok((Kept::of(row)?, row.get(17)?)),
    );
    row.optional()
}
