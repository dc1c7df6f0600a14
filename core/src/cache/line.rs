//! Whether what others change would be heard of, and what was.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::time::Instant;

use crate::ports::Epochs;
use crate::types::TenantId;

/// For how long anything is believed while words of changes may be missing (F-40).
const UNHEARD: Duration = Duration::from_millis(500);

/// The line to the other nodes. All of it goes by a clock that only runs forward, and not by that of
/// requests, which may step.
#[derive(Debug)]
pub(super) struct Line {
    changes: Epochs,
    is_up: AtomicBool,
    lifetime: Duration,
    key: RandomState,
}

/// When something was read, which decides for how long it is believed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Read {
    /// What had changed before.
    pub(super) epoch: u64,
    /// When it was begun.
    pub(super) at: Instant,
    lasts: Duration,
}

impl Line {
    /// A line that is not up yet.
    pub(super) fn new(lifetime: Duration) -> Self {
        let (is_up, key) = (AtomicBool::new(false), RandomState::new());
        Self { changes: Epochs::default(), is_up, lifetime, key }
    }

    /// The count of the tenant's changes.
    pub(super) fn epoch(&self, tenant: &TenantId) -> u64 {
        self.changes.of(tenant)
    }

    /// A read that begins now, of what may last up to a fifth less than it was configured.
    pub(super) fn begin(&self, epoch: u64, key: &impl Hash) -> Read {
        let permille = u32::try_from(self.key.hash_one(key) % 200).unwrap_or_default();
        let lasts = self.lifetime - self.lifetime * permille / 1000;
        Read { epoch, at: Instant::now(), lasts }
    }

    /// Whether what was read then is believed by a request that found this count.
    pub(super) fn believes(&self, read: &Read, epoch: u64) -> bool {
        let lasts = if self.is_up() { read.lasts } else { read.lasts.min(UNHEARD) };
        read.epoch == epoch && read.at.elapsed() <= lasts
    }

    /// Something of the tenant changed.
    pub(super) fn changed(&self, tenant: &TenantId) {
        self.changes.end(tenant);
    }

    pub(super) fn is_up(&self) -> bool {
        self.is_up.load(Ordering::SeqCst)
    }

    /// Every change is heard of from now on. What was read before may be older than one that was not, so
    /// it is forgotten first.
    pub(super) fn rise(&self) {
        self.changes.end_all();
        self.is_up.store(true, Ordering::SeqCst);
    }

    /// Changes may go unheard.
    pub(super) fn fall(&self) {
        self.is_up.store(false, Ordering::SeqCst);
        self.changes.end_all();
    }
}
