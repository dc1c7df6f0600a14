//! Grants.

use std::sync::Arc;

use grantry::types::{
    Authorized, Binding, EndReason, Generation, SenderKey, Ticket, TicketId, TicketState,
    Timestamp, Version,
};
use serde::{Deserialize, Serialize};

use super::visits::AuthorizedRow;
use crate::{Invalid, Row};

#[derive(Deserialize, Serialize)]
pub struct TicketRow {
    id: [u8; 16],
    version: u64,
    generation: u32,
    /// Why it ended; nothing while it lives.
    ended: Option<String>,
    client: String,
    subject: String,
    scope: String,
    audience: String,
    binding: Option<[u8; 32]>,
    refreshable: bool,
    authenticated_at: u64,
    changed_at: u64,
    rotated_at: u64,
    expires_at: u64,
    ends_at: u64,
    authorized: Option<AuthorizedRow>,
    /// Rows of before there was this have none.
    #[serde(default)]
    sender_key: Option<[u8; 32]>,
}

impl Row for Ticket {
    type Json = TicketRow;

    fn keep(&self) -> TicketRow {
        TicketRow {
            id: *self.id.as_bytes(),
            version: self.version.0,
            generation: self.generation.0,
            ended: match self.state {
                TicketState::Live => None,
                TicketState::Ended(why) => Some(why.as_str().to_owned()),
            },
            client: self.client.to_string(),
            subject: self.subject.to_string(),
            scope: self.scope.to_string(),
            audience: self.audience.to_string(),
            binding: self.binding.map(|binding| *binding.as_bytes()),
            refreshable: self.refreshable,
            authenticated_at: self.authenticated_at.as_millis(),
            changed_at: self.changed_at.as_millis(),
            rotated_at: self.rotated_at.as_millis(),
            expires_at: self.expires_at.as_millis(),
            ends_at: self.ends_at.as_millis(),
            authorized: self.authorized.as_deref().map(Authorized::keep),
            sender_key: self.sender_key.as_deref().map(|key| *key.as_bytes()),
        }
    }

    fn restore(row: TicketRow) -> Result<Self, Invalid> {
        let ended = row.ended.map(|why| why.parse::<EndReason>()).transpose()?;
        Ok(Self {
            id: TicketId::from_bytes(row.id),
            version: Version(row.version),
            generation: Generation(row.generation),
            state: ended.map_or(TicketState::Live, TicketState::Ended),
            client: row.client.parse()?,
            subject: row.subject.parse()?,
            scope: row.scope.parse()?,
            audience: row.audience.parse()?,
            binding: row.binding.map(Binding::from_bytes),
            refreshable: row.refreshable,
            authenticated_at: Timestamp::from_millis(row.authenticated_at),
            changed_at: Timestamp::from_millis(row.changed_at),
            rotated_at: Timestamp::from_millis(row.rotated_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            ends_at: Timestamp::from_millis(row.ends_at),
            authorized: row.authorized.map(Authorized::restore).transpose()?.map(Arc::new),
            sender_key: row.sender_key.map(SenderKey::from_bytes).map(Box::new),
        })
    }
}
