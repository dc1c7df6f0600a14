//! A ticket's columns.

use std::sync::Arc;

use grantry::{
    ports::StoreError,
    types::{
        Authorized, Binding, EndReason, Generation, SenderKey, Ticket, TicketId, TicketState,
        Timestamp, Version,
    },
};
use rusqlite::{Row, types::Value};

use crate::{
    columns::{Column, first},
    texts::text,
};

/// What [`Kept::of`] reads, in this order.
pub(super) const COLUMNS: &str = "id, version, generation, ended, refreshable, \
    authenticated_at, changed_at, rotated_at, expires_at, ends_at, \
    client, subject, scope, audience, binding, authorized, sender_key";

/// What a row holds, not yet parsed: that is for whoever asked.
pub(super) struct Kept {
    id: [u8; 16],
    version: u64,
    generation: u32,
    ended: Option<String>,
    refreshable: bool,
    /// Authenticated, changed, rotated, expires, ends.
    moments: [u64; 5],
    client: String,
    subject: String,
    scope: String,
    audience: String,
    binding: Option<[u8; 32]>,
    authorized: Option<String>,
    sender_key: Option<[u8; 32]>,
}

impl Kept {
    /// The first columns of a row.
    ///
    /// # Errors
    /// When they hold something else.
    pub(super) fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            version: row.get(1)?,
            generation: row.get(2)?,
            ended: row.get(3)?,
            refreshable: row.get(4)?,
            moments: [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?],
            client: row.get(10)?,
            subject: row.get(11)?,
            scope: row.get(12)?,
            audience: row.get(13)?,
            binding: row.get(14)?,
            authorized: row.get(15)?,
            sender_key: row.get(16)?,
        })
    }

    /// The ticket of these columns.
    ///
    /// # Errors
    /// When they cannot be those of one.
    pub(super) fn ticket(self) -> Result<Ticket, StoreError> {
        let ended = self.ended.map(|why| parsed::<EndReason>(&why)).transpose()?;
        let authorized = self.authorized.map(|text| grantry_rows::read::<Authorized>(&text));
        let [authenticated, changed, rotated, expires, ends] =
            self.moments.map(Timestamp::from_millis);
        Ok(Ticket {
            id: TicketId::from_bytes(self.id),
            version: Version(self.version),
            generation: Generation(self.generation),
            state: ended.map_or(TicketState::Live, TicketState::Ended),
            client: parsed(&self.client)?,
            subject: parsed(&self.subject)?,
            scope: parsed(&self.scope)?,
            audience: parsed(&self.audience)?,
            binding: self.binding.map(Binding::from_bytes),
            refreshable: self.refreshable,
            authenticated_at: authenticated,
            changed_at: changed,
            rotated_at: rotated,
            expires_at: expires,
            ends_at: ends,
            authorized: authorized.transpose()?.map(Arc::new),
            sender_key: self.sender_key.map(SenderKey::from_bytes).map(Box::new),
        })
    }
}

fn parsed<T>(text: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    text.parse().map_err(StoreError::new)
}

/// All columns of a ticket but the tenant, those of [`COLUMNS`] and then the session.
///
/// # Errors
/// When one does not hold what it should.
pub(super) fn columns(ticket: &Ticket) -> Result<[Value; 18], StoreError> {
    let authorized = ticket.authorized.as_deref().map(text::<Authorized>).transpose()?;
    Ok([
        ticket.id.column(),
        first(ticket.version)?,
        ticket.generation.0.into(),
        ended(ticket.state),
        ticket.refreshable.into(),
        ticket.authenticated_at.column(),
        ticket.changed_at.column(),
        ticket.rotated_at.column(),
        ticket.expires_at.column(),
        ticket.ends_at.column(),
        ticket.client.column(),
        ticket.subject.column(),
        ticket.scope.to_string().into(),
        ticket.audience.to_string().into(),
        ticket.binding.map(|binding| binding.as_bytes().to_vec()).into(),
        authorized.unwrap_or(Value::Null),
        sender_key(ticket.sender_key.as_deref()),
        ticket.session().map_or(Value::Null, |session| session.column()),
    ])
}

/// The key that its tokens are bound to.
pub(super) fn sender_key(key: Option<&SenderKey>) -> Value {
    key.map(|key| key.as_bytes().to_vec()).into()
}

/// Why a ticket ended.
pub(super) fn ended(state: TicketState) -> Value {
    match state {
        TicketState::Live => Value::Null,
        TicketState::Ended(why) => why.as_str().column(),
    }
}
