//! The store.

use std::{fmt, future::Future, sync::Arc};

use grantry::ports::{StoreError, Stores};
use tokio::{runtime::Handle, task::AbortHandle};

use crate::{Builder, ConnectError, calls::Calls, changes::Heard, clock::DatabaseClock};

/// Every row of a deployment, in PostgreSQL. Clones share their connections; tasks and connections end
/// with the last of them.
#[derive(Clone)]
pub struct PostgresStore(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) calls: Arc<Calls>,
    pub(crate) clock: Arc<DatabaseClock>,
    pub(crate) heard: Arc<Heard>,
    pub(crate) schema: String,
    pub(crate) runtime: Handle,
    pub(crate) tells: bool,
    /// What goes on beside requests.
    pub(crate) tasks: Vec<AbortHandle>,
}

impl PostgresStore {
    /// The store of this database, with the defaults of [`Builder`]: it makes its schema, `grantry`,
    /// where there is none, or migrates it.
    ///
    /// # Errors
    /// When the database cannot be reached, or its schema cannot be used; see [`ConnectError`].
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        Self::builder(url).connect().await
    }

    /// A store of this database that is told more before it connects.
    pub fn builder(url: &str) -> Builder {
        Builder::new(url)
    }

    pub(crate) fn of(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.0.calls
    }

    pub(crate) fn clock(&self) -> &DatabaseClock {
        &self.0.clock
    }

    pub(crate) fn heard(&self) -> &Heard {
        &self.0.heard
    }

    /// Whether the engine tells other nodes of what is written.
    pub(crate) fn tells(&self) -> bool {
        self.0.tells
    }

    /// Carries out work of more than one statement, also where nobody waits for it any more.
    pub(crate) async fn complete<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.0.runtime.spawn(work).await.map_err(StoreError::new)?
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("schema", &self.0.schema).finish_non_exhaustive()
    }
}

impl From<PostgresStore> for Stores {
    fn from(store: PostgresStore) -> Self {
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
            jwt_ids: store.clone(),
            clock: Some(store.clone()),
            changes: Some(store),
        }
    }
}
