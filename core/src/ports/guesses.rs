//! How often a code was shown with what does not belong to it.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use lru::LruCache;

use crate::types::{TenantId, TicketId};

/// Counts, for the codes of which somebody guessed last. In this process alone: nodes count apart.
#[derive(Debug)]
pub struct Guesses(Mutex<LruCache<(TenantId, TicketId), u8>>);

/// The most codes that are counted. Only who has a code and its client's credentials adds one.
const COUNTED: NonZeroUsize = NonZeroUsize::new(4096).expect("4096 is not zero");

impl Default for Guesses {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(COUNTED)))
    }
}

impl Guesses {
    /// Counts one more. Returns how many there are now.
    pub fn count(&self, tenant: &TenantId, code: TicketId) -> u8 {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.get_or_insert_mut((tenant.clone(), code), || 0);
        *count = count.saturating_add(1);
        *count
    }
}
