//! A table of rows that change by compare-and-set.

use std::{hash::Hash, sync::Arc};

use dashmap::{DashMap, Entry};

use crate::ports::{Change, Create, StoreError};
use crate::types::Version;

/// Rows by key. Names that users choose are hashed with a key of this process, so that nobody can
/// choose them to collide.
#[derive(Debug)]
pub(super) struct Table<K: Eq + Hash, V>(Arc<DashMap<K, V>>);

impl<K: Eq + Hash, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(Arc::new(DashMap::new()))
    }
}

impl<K, V> Table<K, V>
where
    K: Ord + Hash + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    pub(super) fn read(&self, key: &K) -> Option<V> {
        self.look(key, V::clone)
    }

    /// What is to be seen of a row, without a copy of it.
    pub(super) fn look<T>(&self, key: &K, see: impl FnOnce(&V) -> T) -> Option<T> {
        self.0.get(key).map(|row| see(&row))
    }

    pub(super) fn create(&self, key: K, row: V) -> Create {
        match self.0.entry(key) {
            Entry::Occupied(_) => Create::Conflict,
            Entry::Vacant(free) => {
                free.insert(row);
                Create::Created
            }
        }
    }

    /// Keeps a row unless one is there that is not old. Returns whether it is kept.
    pub(super) fn renew(&self, key: K, row: V, is_old: impl FnOnce(&V) -> bool) -> bool {
        match self.0.entry(key) {
            Entry::Occupied(mut there) => {
                let old = is_old(there.get());
                if old {
                    there.insert(row);
                }
                old
            }
            Entry::Vacant(free) => {
                free.insert(row);
                true
            }
        }
    }

    /// Writes the row if the stored one still has this version.
    pub(super) fn change(
        &self,
        key: &K,
        row: V,
        from: Version,
        version: impl FnOnce(&V) -> Option<Version>,
    ) -> Change {
        match self.0.get_mut(key) {
            Some(mut old) if version(&old) == Some(from) => {
                *old = row;
                Change::Written
            }
            _ => Change::Lost,
        }
    }

    /// Writes what is there anew.
    pub(super) fn replace(&self, key: &K, row: V) {
        if let Some(mut old) = self.0.get_mut(key) {
            *old = row;
        }
    }

    /// Keeps a row, in place of the one that is there.
    pub(super) fn put(&self, key: K, row: V) {
        self.0.insert(key, row);
    }

    /// Removes up to `limit` rows that are old. Returns how many.
    pub(super) async fn sweep(
        &self,
        is_old: impl Fn(&V) -> bool + Send + 'static,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let rows = self.0.clone();
        scan(move || {
            let old = rows.iter().filter(|row| is_old(row.value()));
            let old: Vec<_> = old.map(|row| row.key().clone()).take(limit).collect();
            // Asked again under the lock: somebody may have used the row since.
            old.iter().filter(|key| rows.remove_if(key, |_, row| is_old(row)).is_some()).count()
        })
        .await
    }

    pub(super) fn remove(&self, key: &K) -> Option<V> {
        self.0.remove(key).map(|(_, row)| row)
    }

    /// Removes these rows, and returns them.
    pub(super) async fn take(
        &self,
        wanted: impl Fn(&K, &V) -> bool + Send + 'static,
    ) -> Result<Vec<V>, StoreError> {
        let rows = self.0.clone();
        scan(move || {
            let found = rows.iter().filter(|row| wanted(row.key(), row.value()));
            let found: Vec<_> = found.map(|row| row.key().clone()).collect();
            found.iter().filter_map(|key| rows.remove(key)).map(|(_, row)| row).collect()
        })
        .await
    }

    /// Removes all rows of these keys.
    pub(super) async fn erase(
        &self,
        mine: impl Fn(&K) -> bool + Send + 'static,
    ) -> Result<(), StoreError> {
        let rows = self.0.clone();
        scan(move || rows.retain(|key, _| !mine(key))).await
    }

    /// Up to `limit` rows of these keys in the order of the keys.
    pub(super) async fn list(
        &self,
        wanted: impl Fn(&K, &V) -> bool + Send + 'static,
        limit: usize,
    ) -> Result<Vec<V>, StoreError> {
        let rows = self.0.clone();
        scan(move || {
            let found = rows.iter().filter(|row| wanted(row.key(), row.value()));
            let mut found: Vec<_> =
                found.map(|row| (row.key().clone(), row.value().clone())).collect();
            found.sort_unstable_by(|one, other| one.0.cmp(&other.0));
            found.into_iter().take(limit).map(|(_, row)| row).collect()
        })
        .await
    }
}

/// Looks through all rows, shard by shard, off the async workers.
pub(super) async fn scan<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.map_err(StoreError::new)
}
