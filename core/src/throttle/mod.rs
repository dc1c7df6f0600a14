//! Counts failed sign-ins in this process.

mod count;

use std::{
    hash::{BuildHasher, RandomState},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use lru::LruCache;

use self::count::{Count, Rule};
use crate::ports::{Admission, Attempt, Settled, StoreError, Throttle};
use crate::types::Timestamp;

/// How many failures are free, and what follows. Counted for each tenant, by name and source, and by
/// source alone; where the source is not known, by name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThrottleConfig {
    /// Failures of one name from one source that are free. The next attempt waits a second, and
    /// after each further failure twice as long. Default: 5.
    pub free_failures: u32,
    /// The same for one source, whatever the names: many people share an address, and an
    /// application that signs its users in from its own server is one. Default: 50.
    pub free_failures_of_source: u32,
    /// The longest wait. Default: 60 s.
    pub longest_wait: Duration,
    /// Failures are forgotten when none came for so long. Default: 15 min.
    pub forget_after: Duration,
}

impl Default for ThrottleConfig {
    fn default() -> Self {
        Self {
            free_failures: 5,
            free_failures_of_source: 50,
            longest_wait: Duration::from_secs(60),
            forget_after: Duration::from_secs(900),
        }
    }
}

/// Attempts of one name, and of one source, that may be under way at once: as long as their
/// outcomes are not known, they are not failures.
const PENDING: u32 = 16;
const PENDING_OF_SOURCE: u32 = 256;
/// How many counts are kept; beyond it the one that was not touched for longest goes. About 6 MiB.
const MOST: usize = 65_536;

/// The counters. Names are kept as hashes alone, by a key of this process.
#[derive(Debug)]
pub struct Counters {
    counts: Mutex<LruCache<u64, Count>>,
    key: RandomState,
    name: Rule,
    source: Rule,
}

impl Counters {
    /// Counters by these rules.
    pub fn new(config: ThrottleConfig) -> Self {
        let (longest, forget) = (config.longest_wait, config.forget_after);
        let rule = |free, pending| Rule { free, pending, longest, forget };
        Self {
            counts: Mutex::new(LruCache::unbounded()),
            key: RandomState::new(),
            name: rule(config.free_failures, PENDING),
            source: rule(config.free_failures_of_source, PENDING_OF_SOURCE),
        }
    }

    fn counts(&self) -> MutexGuard<'_, LruCache<u64, Count>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of_name(&self, attempt: &Attempt) -> u64 {
        self.key.hash_one(attempt)
    }

    fn of_source(&self, attempt: &Attempt) -> Option<u64> {
        attempt.source.map(|source| self.key.hash_one((&attempt.tenant, source)))
    }

    /// Both counts as one step, so that no two attempts are taken for one.
    fn admit_now(&self, attempt: &Attempt, now: Timestamp) -> Admission {
        let mut counts = self.counts();
        let mut keys = vec![(self.of_name(attempt), &self.name)];
        keys.extend(self.of_source(attempt).map(|key| (key, &self.source)));
        let wait = keys.iter().map(|(key, rule)| {
            counts.get_mut(key).map_or(Duration::ZERO, |count| count.wait(rule, now))
        });
        match wait.max() {
            Some(wait) if !wait.is_zero() => Admission::Wait(wait),
            _ => {
                for (key, _) in keys {
                    counts.get_or_insert_mut(key, Count::default).begin();
                }
                while counts.len() > MOST {
                    counts.pop_lru();
                }
                Admission::Admitted
            }
        }
    }

    fn settle_now(&self, attempt: &Attempt, how: Settled, now: Timestamp) {
        let mut counts = self.counts();
        let (name, source) = (self.of_name(attempt), self.of_source(attempt));
        let count = counts.get_or_insert_mut(name, Count::default);
        count.settle(how, &self.name, now);
        if how == Settled::Right {
            count.forgive();
        }
        if count.is_nothing() {
            counts.pop(&name);
        }
        // Whoever has one password of their own is not forgiven for the others they try.
        if let Some(source) = source {
            let count = counts.get_or_insert_mut(source, Count::default);
            count.settle(how, &self.source, now);
            if count.is_nothing() {
                counts.pop(&source);
            }
        }
    }
}

#[async_trait]
impl Throttle for Counters {
    async fn admit(&self, attempt: &Attempt, now: Timestamp) -> Result<Admission, StoreError> {
        Ok(self.admit_now(attempt, now))
    }

    async fn settle(
        &self,
        attempt: &Attempt,
        how: Settled,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.settle_now(attempt, how, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
