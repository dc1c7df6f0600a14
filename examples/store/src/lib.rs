//! A whole store of Grantry's, as small as it can be: one ordered map behind one mutex, in which
//! every row is a JSON text. Nothing but text is kept between two calls, so what passes the
//! contract here can be kept in a file, a table or another process as well.
//!
//! - `table` is the engine: rows by key, read, written if the version is right, and listed in order.
//! - `rows` says where each row is kept; what its text is, the crate `grantry-rows` says.
//! - `ports` implements the nine store ports by way of both.
//! - `tests/conformance.rs` runs the contract, the protocol and the races on it.

#![forbid(unsafe_code)]

mod ports;
mod rows;
mod table;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use grantry::ports::{StoreError, Stores};
use table::Rows;

/// Every row of a deployment as JSON. Clones share their rows.
#[derive(Clone, Debug, Default)]
pub struct JsonStore(Arc<Mutex<Rows>>);

impl JsonStore {
    /// Every row as one text, private keys and password hashes among them: whoever reads it can be
    /// the server.
    ///
    /// # Errors
    /// When a row cannot be written.
    pub fn dump(&self) -> Result<String, StoreError> {
        self.rows().dump()
    }

    /// The store that was dumped so.
    ///
    /// # Errors
    /// When the text is none of [`JsonStore::dump`].
    pub fn load(text: &str) -> Result<Self, StoreError> {
        Ok(Self(Arc::new(Mutex::new(Rows::load(text)?))))
    }

    /// Whoever holds this is alone: each call of a port takes it once, and never waits while it
    /// does. That makes every write of one row, and of a user's two, linearizable.
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<JsonStore> for Stores {
    fn from(store: JsonStore) -> Self {
        let store = Arc::new(store);
        Self {
            tenants: store.clone(),
            clients: store.clone(),
            accounts: store.clone(),
            tickets: store.clone(),
            key_records: store.clone(),
            sessions: store.clone(),
            interactions: store.clone(),
            consents: store.clone(),
            jwt_ids: store,
            clock: None,
            changes: None,
        }
    }
}
