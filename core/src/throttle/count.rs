//! One count and its rule.

use std::time::Duration;

use crate::ports::Settled;
use crate::types::Timestamp;

/// What follows from a count.
#[derive(Debug)]
pub(super) struct Rule {
    /// Failures that are free.
    pub(super) free: u32,
    /// Attempts that may be under way at once.
    pub(super) pending: u32,
    /// The longest wait.
    pub(super) longest: Duration,
    /// All failures are forgotten when none came for so long.
    pub(super) forget: Duration,
    /// One failure is forgotten in each of so long a time, also where others come. None where a
    /// single person is behind them.
    pub(super) leak: Option<Duration>,
}

/// Failures, and attempts whose outcome is not known yet.
#[derive(Debug, Default)]
pub(super) struct Count {
    failures: u32,
    pending: u32,
    /// The last failure.
    last: Timestamp,
    /// Until when failures have been forgotten one by one.
    leaked: Timestamp,
    /// The last success.
    right: Timestamp,
}

/// How long a source is known as a name's own.
const KNOWN: Duration = Duration::from_secs(24 * 3600);
/// How soon to come back while others are under way.
const SOON: Duration = Duration::from_secs(1);

impl Count {
    /// How long the next attempt has to wait; zero if it need not.
    pub(super) fn wait(&mut self, rule: &Rule, now: Timestamp) -> Duration {
        self.forget(rule, now);
        let since = now.since(self.last);
        let Some(beyond) = self.failures.checked_sub(rule.free) else {
            return if self.pending < rule.pending { Duration::ZERO } else { SOON };
        };
        // 2ⁿ s; and one at a time, or many could be tried while one waits for its outcome.
        let step = Duration::from_secs(1 << beyond.min(31)).min(rule.longest);
        let wait = step.saturating_sub(since);
        if self.pending > 0 { wait.max(SOON) } else { wait }
    }

    pub(super) fn begin(&mut self) {
        self.pending = self.pending.saturating_add(1);
    }

    pub(super) fn settle(&mut self, how: Settled, rule: &Rule, now: Timestamp) {
        self.pending = self.pending.saturating_sub(1);
        self.forget(rule, now);
        if how == Settled::Wrong {
            if self.failures == 0 {
                self.leaked = now;
            }
            self.failures = self.failures.saturating_add(1);
            self.last = now;
        }
    }

    /// Somebody proved themselves.
    pub(super) fn forgive(&mut self, now: Timestamp) {
        self.failures = 0;
        self.right = now;
    }

    /// Whether somebody proved themselves within the last day.
    pub(super) fn is_known(&self, now: Timestamp) -> bool {
        self.right != Timestamp::EPOCH && now.since(self.right) < KNOWN
    }

    /// Whether there is nothing to remember.
    pub(super) fn is_nothing(&self) -> bool {
        self.failures == 0 && self.pending == 0 && self.right == Timestamp::EPOCH
    }

    fn forget(&mut self, rule: &Rule, now: Timestamp) {
        // F-20: a clock that steps back makes nobody wait for it to come forth again.
        self.last = self.last.min(now);
        self.leaked = self.leaked.min(now);
        if now.since(self.last) >= rule.forget {
            self.failures = 0;
        }
        while let Some(leak) = rule.leak.filter(|_| self.failures > 0) {
            if now.since(self.leaked) < leak {
                return;
            }
            self.leaked = self.leaked.plus(leak);
            self.failures -= 1;
        }
    }
}
