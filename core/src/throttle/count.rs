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
    /// Failures are forgotten when none came for so long.
    pub(super) forget: Duration,
}

/// Failures, and attempts whose outcome is not known yet.
#[derive(Debug, Default)]
pub(super) struct Count {
    failures: u32,
    pending: u32,
    last: Timestamp,
}

/// How soon to come back while others are under way.
const SOON: Duration = Duration::from_secs(1);

impl Count {
    /// How long the next attempt has to wait; zero if it need not.
    pub(super) fn wait(&mut self, rule: &Rule, now: Timestamp) -> Duration {
        // F-20: a clock that steps back makes nobody wait for it to come forth again.
        self.last = self.last.min(now);
        let since = now.since(self.last);
        let failures = if since >= rule.forget { 0 } else { self.failures };
        let Some(beyond) = failures.checked_sub(rule.free) else {
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
        if now.since(self.last) >= rule.forget {
            self.failures = 0;
        }
        if how == Settled::Wrong {
            self.failures = self.failures.saturating_add(1);
            self.last = now;
        }
    }

    pub(super) fn forgive(&mut self) {
        self.failures = 0;
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.failures == 0 && self.pending == 0
    }
}
