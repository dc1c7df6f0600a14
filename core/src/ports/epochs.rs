//! Which of what was read may be older than a change.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::types::TenantId;

/// How many tenants share a count is what this decides: a change of one makes what is known of the
/// others of its count be read once more.
const COUNTS: usize = 4096;

/// Counts changes. Whoever reads takes the count before, and keeps it beside what was read: as long as
/// it has not risen nothing was changed since, and what was read before a change has a lower one,
/// whenever its answer comes.
#[derive(Debug)]
pub(crate) struct Epochs {
    counts: Box<[AtomicU64]>,
    of_all: AtomicU64,
    key: RandomState,
}

impl Default for Epochs {
    fn default() -> Self {
        let counts = (0..COUNTS).map(|_| AtomicU64::new(0)).collect();
        Self { counts, of_all: AtomicU64::new(0), key: RandomState::new() }
    }
}

impl Epochs {
    /// The count of a tenant. Both of its parts only rise, so an equal sum is an equal pair.
    pub(crate) fn of(&self, tenant: &TenantId) -> u64 {
        self.count(tenant).load(Ordering::SeqCst) + self.of_all.load(Ordering::SeqCst)
    }

    /// Something of the tenant changed.
    pub(crate) fn end(&self, tenant: &TenantId) {
        self.count(tenant).fetch_add(1, Ordering::SeqCst);
    }

    /// Anything of anybody may have changed.
    pub(crate) fn end_all(&self) {
        self.of_all.fetch_add(1, Ordering::SeqCst);
    }

    fn count(&self, tenant: &TenantId) -> &AtomicU64 {
        let place = usize::try_from(self.key.hash_one(tenant) % COUNTS as u64).unwrap_or_default();
        &self.counts[place]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_raises_its_tenants_count_and_a_change_of_all_every_count() {
        let epochs = Epochs::default();
        let tenants: Vec<TenantId> = (0..50).map(|n| format!("t{n}").parse().unwrap()).collect();
        let counts = || tenants.iter().map(|tenant| epochs.of(tenant)).collect::<Vec<_>>();
        let before = counts();
        epochs.end(&tenants[0]);
        let after = counts();
        assert!(after[0] > before[0]);
        let spared = after.iter().zip(&before).filter(|(after, before)| after == before).count();
        assert!(spared > 40, "{spared} others have the count of another tenant");
        epochs.end_all();
        assert!(counts().iter().zip(&after).all(|(later, after)| later > after));
    }
}
