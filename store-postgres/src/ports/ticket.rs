//! A ticket as a row.

use std::sync::Arc;

use grantry::{
    ports::StoreError,
    types::{Authorized, Binding, EndReason, SenderKey, Ticket, TicketState},
};
use tokio_postgres::Row;

use crate::values::{generation_of, id_of, moment, value, version_of};

/// Every column that a ticket is read from.
macro_rules! columns {
    () => {
        "id, version, generation, ended, client, subject, scope, audience, binding, refreshable, \
         authenticated_at, changed_at, rotated_at, expires_at, ends_at, authorized, sender_key"
    };
}
pub(super) use columns;

/// The ticket of a row.
pub(super) fn ticket(row: &Row) -> Result<Ticket, StoreError> {
    fn parsed<T>(row: &Row, column: &str) -> Result<T, StoreError>
    where
        T: std::str::FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>>,
    {
        value::<&str>(row, column)?.parse().map_err(StoreError::new)
    }
    let ended = value::<Option<&str>>(row, "ended")?.map(str::parse::<EndReason>).transpose();
    let binding = value::<Option<&[u8]>>(row, "binding")?.map(<[u8; 32]>::try_from).transpose();
    let sender_key = value::<Option<&[u8]>>(row, "sender_key")?.map(<[u8; 32]>::try_from);
    let sender_key = sender_key.transpose().map_err(StoreError::new)?.map(SenderKey::from_bytes);
    let authorized = value::<Option<&str>>(row, "authorized")?;
    let authorized = authorized.map(grantry_rows::read::<Authorized>).transpose()?;
    Ok(Ticket {
        id: id_of(row, "id")?,
        version: version_of(row)?,
        generation: generation_of(row)?,
        state: ended.map_err(StoreError::new)?.map_or(TicketState::Live, TicketState::Ended),
        client: parsed(row, "client")?,
        subject: parsed(row, "subject")?,
        scope: parsed(row, "scope")?,
        audience: parsed(row, "audience")?,
        binding: binding.map_err(StoreError::new)?.map(Binding::from_bytes),
        refreshable: value(row, "refreshable")?,
        authenticated_at: moment(row, "authenticated_at")?,
        changed_at: moment(row, "changed_at")?,
        rotated_at: moment(row, "rotated_at")?,
        expires_at: moment(row, "expires_at")?,
        ends_at: moment(row, "ends_at")?,
        authorized: authorized.map(Arc::new),
        sender_key: sender_key.map(Box::new),
    })
}

/// Why it ended, as the column says it.
pub(super) fn ended(state: TicketState) -> Option<&'static str> {
    match state {
        TicketState::Live => None,
        TicketState::Ended(why) => Some(why.as_str()),
    }
}
