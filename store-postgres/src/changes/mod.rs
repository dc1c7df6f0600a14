//! What other nodes wrote: writes of tenants, clients and keys NOTIFY, and each node listens.

mod heard;
mod listener;

use grantry::ports::{self, Changes};

pub(crate) use self::{heard::Heard, listener::Listener};
use crate::PostgresStore;

/// The channel of a schema. Writes name it by `current_schema()`.
pub(crate) fn channel(schema: &str) -> String {
    format!("grantry/{schema}")
}

impl Changes for PostgresStore {
    fn listen(&self) -> Box<dyn ports::Listener> {
        self.heard().listen()
    }
}
