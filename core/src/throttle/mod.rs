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
use crate::types::{Source, Timestamp};

/// How many failures are free, and what follows. Counted for each tenant, by name and source, and by
/// source alone; where the source is not known, by name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ThrottleConfig {
    /// Failures of one name from one source that are free. The next attempt waits a second, and
    /// after each further failure twice as long. Default: 5.
    pub free_failures: u32,
    /// The same for one source, whatever the names: many people share an address, and an
    /// application that signs its users in from its own server is one. They are forgotten one by
    /// one, all within `forget_after`. A name that signed in from there within a day is not held up
    /// by the others. Default: 50.
    pub free_failures_of_source: u32,
    /// The same for the first 48 bits of an IPv6 address: as many sources as one customer of a
    /// provider may have. Default: 500.
    pub free_failures_of_network: u32,
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
            free_failures_of_network: 500,
            longest_wait: Duration::from_secs(60),
            forget_after: Duration::from_secs(900),
        }
    }
}

/// Attempts of one name that may be under way at once: as long as their outcomes are not known, they
/// are not failures.
const PENDING: u32 = 16;
/// The same of one source or network.
const PENDING_OF_MANY: u32 = 256;
/// How many names are counted, and how many sources; beyond it the one that was not touched for
/// longest goes. About 6 MiB each.
const MOST: usize = 65_536;

/// The counters. Names are kept as hashes alone, by a key of this process.
#[derive(Debug)]
pub struct Counters {
    counts: Mutex<Counts>,
    key: RandomState,
    name: Rule,
    source: Rule,
    network: Rule,
}

/// Apart, so that no flood of names pushes out what is known of a source.
#[derive(Debug)]
struct Counts {
    names: LruCache<u64, Count>,
    sources: LruCache<u64, Count>,
}

/// A count, by its rule.
type Place<'a> = (u64, &'a Rule);

impl Counters {
    /// Counters by these rules.
    pub fn new(config: ThrottleConfig) -> Self {
        let (longest, forget) = (config.longest_wait, config.forget_after);
        let of_many = |free: u32| {
            let leak = Some(forget / free.max(1)).filter(|leak| !leak.is_zero());
            Rule { free, pending: PENDING_OF_MANY, longest, forget, leak }
        };
        let (names, sources) = (LruCache::unbounded(), LruCache::unbounded());
        Self {
            counts: Mutex::new(Counts { names, sources }),
            key: RandomState::new(),
            name: Rule {
                free: config.free_failures,
                pending: PENDING,
                longest,
                forget,
                leak: None,
            },
            source: of_many(config.free_failures_of_source),
            network: of_many(config.free_failures_of_network),
        }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of_name(&self, attempt: &Attempt) -> u64 {
        self.key.hash_one(attempt)
    }

    /// The counts that others share.
    fn of_many(&self, attempt: &Attempt) -> impl Iterator<Item = Place<'_>> {
        let key = |source: Source| self.key.hash_one((&attempt.tenant, source));
        let network = attempt.source.and_then(Source::network).map(key);
        let source = attempt.source.map(key).map(|key| (key, &self.source));
        source.into_iter().chain(network.map(|key| (key, &self.network)))
    }

    /// All counts as one step, so that no two attempts are taken for one.
    fn admit_now(&self, attempt: &Attempt, now: Timestamp) -> Admission {
        let Counts { names, sources } = &mut *self.counts();
        let name = self.of_name(attempt);
        let own = names.get_mut(&name);
        // LG-06: whoever is at home here is not held up by a stranger's failures.
        let known = own.as_ref().is_some_and(|count| count.is_known(now));
        let mut wait = own.map_or(Duration::ZERO, |count| count.wait(&self.name, now));
        for (key, rule) in self.of_many(attempt).filter(|_| !known) {
            let count = sources.get_mut(&key);
            wait = wait.max(count.map_or(Duration::ZERO, |count| count.wait(rule, now)));
        }
        if !wait.is_zero() {
            return Admission::Wait(wait);
        }
        names.get_or_insert_mut(name, Count::default).begin();
        for (key, _) in self.of_many(attempt) {
            sources.get_or_insert_mut(key, Count::default).begin();
        }
        for counts in [names, sources] {
            while counts.len() > MOST {
                counts.pop_lru();
            }
        }
        Admission::Admitted
    }

    fn settle_now(&self, attempt: &Attempt, how: Settled, now: Timestamp) {
        let Counts { names, sources } = &mut *self.counts();
        let name = self.of_name(attempt);
        let count = names.get_or_insert_mut(name, Count::default);
        count.settle(how, &self.name, now);
        if how == Settled::Right {
            count.forgive(now);
        }
        if count.is_nothing() {
            names.pop(&name);
        }
        // Whoever has one password of their own is not forgiven for the others they try.
        for (key, rule) in self.of_many(attempt) {
            let count = sources.get_or_insert_mut(key, Count::default);
            count.settle(how, rule, now);
            if count.is_nothing() {
                sources.pop(&key);
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

    fn waits(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
