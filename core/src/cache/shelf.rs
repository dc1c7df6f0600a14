//! Rows of one kind.

use std::{
    future::Future,
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use quick_cache::sync::Cache;

use super::line::{Line, Read};
use crate::ports::{Budget, Flights, StoreError};
use crate::types::{Client, Tenant, TenantId, Version};

/// For how long a row does for a document while the store does not answer: as long as anybody may keep it.
const RECALLED: Duration = Duration::from_secs(300);

/// A row that says which one it is.
pub(super) trait Row: Send + Sync + 'static {
    fn version(&self) -> Version;
}

impl Row for Tenant {
    fn version(&self) -> Version {
        self.version
    }
}

impl Row for Client {
    fn version(&self) -> Version {
        self.version
    }
}

/// Remembers rows, and apart from them what there is not. Each is asked for by one at a time.
#[derive(Debug)]
pub(super) struct Shelf<K, V> {
    line: Arc<Line>,
    rows: Cache<K, Arc<Held<V>>>,
    unknown: Cache<K, Arc<Held<V>>>,
    loads: Flights<(K, u64), Arc<Held<V>>>,
}

/// A row as it was read, or that there was none.
#[derive(Debug)]
struct Held<V> {
    row: Option<Arc<V>>,
    read: Read,
    /// Whether it was told to anybody but the request that read it.
    passed_on: AtomicBool,
    /// Second looks at it.
    looks: Arc<Budget>,
}

impl<K, V> Shelf<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Row,
{
    /// An empty one, for so many rows and so many names without one.
    pub(super) fn new(line: Arc<Line>, most: usize, unknown: usize) -> Arc<Self> {
        let (rows, unknown) = (Cache::new(most), Cache::new(unknown));
        Arc::new(Self { line, rows, unknown, loads: Flights::default() })
    }

    /// The row as it is remembered, or else as `load` reads it.
    pub(super) async fn read<F>(
        self: &Arc<Self>,
        tenant: &TenantId,
        key: &K,
        load: impl FnOnce() -> F + Send,
    ) -> Result<Option<Arc<V>>, StoreError>
    where
        F: Future<Output = Result<Option<Arc<V>>, StoreError>> + Send + 'static,
    {
        // Before anything is looked up: what is read from here on has at least this count.
        let epoch = self.line.epoch(tenant);
        if let Some(held) = self.held(key).filter(|held| self.line.believes(&held.read, epoch)) {
            held.pass_on();
            return Ok(held.row.clone());
        }
        let (shelf, own) = (self.clone(), key.clone());
        let load = || {
            let read = shelf.line.begin(epoch, &own);
            let load = load();
            async move {
                let row = load.await?;
                Ok(shelf.keep(own, row, read))
            }
        };
        let landed = self.loads.join((key.clone(), epoch), load).await?;
        if landed.joined {
            landed.value.pass_on();
        }
        Ok(landed.value.row.clone())
    }

    /// The row, if it is another one than that of version `seen`, as the store has it now. It is asked
    /// only where what is remembered may be older than this request, and within the row's budget.
    pub(super) async fn other_than<F>(
        self: &Arc<Self>,
        seen: Option<Version>,
        tenant: &TenantId,
        key: &K,
        load: impl FnOnce() -> F + Send,
        budget: Option<&Budget>,
    ) -> Result<Option<Arc<V>>, StoreError>
    where
        F: Future<Output = Result<Option<Arc<V>>, StoreError>> + Send + 'static,
    {
        let held = self.held(key);
        if held.as_ref().is_some_and(|held| !held.passed_on.load(Ordering::SeqCst)) {
            return Ok(None);
        }
        let own = held.as_ref().map(|held| &*held.looks);
        let row = match budget.or(own).is_none_or(Budget::take) {
            true => self.newest(seen, tenant, key, load).await?,
            // Somebody else may have looked since.
            false => self.read(tenant, key, load).await?,
        };
        Ok(row.filter(|row| Some(row.version()) != seen))
    }

    /// The row as the store has it now. If it is another one than was seen it is as if somebody had told
    /// of the change.
    pub(super) async fn newest<F>(
        &self,
        seen: Option<Version>,
        tenant: &TenantId,
        key: &K,
        load: impl FnOnce() -> F,
    ) -> Result<Option<Arc<V>>, StoreError>
    where
        F: Future<Output = Result<Option<Arc<V>>, StoreError>>,
    {
        let read = self.line.begin(self.line.epoch(tenant), key);
        let row = load().await?;
        match row.as_ref().map(|row| row.version()) == seen {
            true => drop(self.keep(key.clone(), row.clone(), read)),
            false => self.line.changed(tenant),
        }
        Ok(row)
    }

    /// The row as it was read within the last minutes.
    pub(super) fn recall(&self, key: &K) -> Option<Arc<V>> {
        let held = self.rows.peek(key).filter(|held| held.read.at.elapsed() <= RECALLED);
        held.and_then(|held| held.row.clone())
    }

    /// Makes room: nobody believes it any more.
    pub(super) fn forget(&self, key: &K) {
        self.rows.remove(key);
        self.unknown.remove(key);
    }

    fn held(&self, key: &K) -> Option<Arc<Held<V>>> {
        self.rows.get(key).or_else(|| self.unknown.get(key))
    }

    fn keep(&self, key: K, row: Option<Arc<V>>, read: Read) -> Arc<Held<V>> {
        let looks = match self.held(&key) {
            Some(held) => held.looks.clone(),
            None => Arc::new(Budget::of_a_client()),
        };
        let held = Arc::new(Held { row, read, passed_on: AtomicBool::new(false), looks });
        let (here, there) = match held.row {
            Some(_) => (&self.rows, &self.unknown),
            None => (&self.unknown, &self.rows),
        };
        there.remove(&key);
        here.insert(key, held.clone());
        held
    }
}

impl<V> Held<V> {
    fn pass_on(&self) {
        if !self.passed_on.load(Ordering::Relaxed) {
            self.passed_on.store(true, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
#[path = "shelf_tests.rs"]
mod tests;
