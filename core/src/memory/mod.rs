//! Stores that live in this process: nothing survives it. For tests, for trying things out, and
//! for deployments whose sessions may end with the process.

mod jwt_ids;
mod map;
mod rows;
mod table;
mod tickets;
mod users;
mod visits;
mod waiting;

use std::sync::Arc;

pub use rows::MemoryStore;
pub use tickets::MemoryTickets;

use crate::ports::Stores;

impl From<MemoryStore> for Stores {
    fn from(store: MemoryStore) -> Self {
        let store = Arc::new(store);
        Self {
            tenants: store.clone(),
            clients: store.clone(),
            accounts: store.clone(),
            tickets: Arc::new(MemoryTickets::default()),
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
