//! Rows as requests read them, and as the administration does.

use std::sync::Arc;

use crate::cache::{Cache, CacheConfig, Fresh, listen};
use crate::ports::{Changes, Clients, Ports, Recollection, Stores, Tasks, Tenants};

/// The stores, with what is remembered of them before them if they tell of changes.
pub(super) struct Remembered {
    /// As the administration reads.
    pub(super) stores: Stores,
    /// As requests read.
    pub(super) tenants: Arc<dyn Tenants>,
    /// As requests read.
    pub(super) clients: Arc<dyn Clients>,
    cache: Option<(Arc<dyn Changes>, Arc<Cache>)>,
}

impl Remembered {
    pub(super) fn over(stores: Stores, config: CacheConfig) -> Self {
        let Some(changes) = stores.changes.clone() else {
            let (tenants, clients) = (stores.tenants.clone(), stores.clients.clone());
            return Self { stores, tenants, clients, cache: None };
        };
        let cache = Cache::over(&stores, config);
        let fresh = Arc::new(Fresh(cache.clone()));
        let stores = Stores { tenants: fresh.clone(), clients: fresh, ..stores };
        let (tenants, clients) = (cache.clone(), cache.clone());
        Self { stores, tenants, clients, cache: Some((changes, cache)) }
    }

    pub(super) fn recollection(&self) -> Option<Arc<dyn Recollection>> {
        self.cache.as_ref().map(|(_, cache)| cache.clone() as Arc<dyn Recollection>)
    }

    /// Hears of changes until the server closes.
    pub(super) fn listen(&self, tasks: &Tasks, ports: &Ports) {
        if let Some((changes, cache)) = &self.cache {
            tasks.start(listen(changes.listen(), cache.clone(), ports.keyring.clone()));
        }
    }
}
