//! How often somebody far away is asked although something is remembered.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};
use std::time::Duration;

use tokio::time::Instant;

/// A bucket of tokens that fills with time (the generic cell rate algorithm: one number is all of it).
#[derive(Debug)]
pub(crate) struct Budget {
    /// One token comes in so long.
    every: Duration,
    /// So many fit.
    most: u32,
    begun_at: OnceLock<Instant>,
    /// When the bucket will be full again, in microseconds since it was begun.
    full_at: AtomicU64,
}

impl Budget {
    /// For one client: 10 a second, and 20 at once.
    pub(crate) fn of_a_client() -> Self {
        Self::new(Duration::from_millis(100), 20)
    }

    /// For all tenants that there are not: 50 a second, and 100 at once.
    pub(crate) fn of_unknown_tenants() -> Self {
        Self::new(Duration::from_millis(20), 100)
    }

    /// For documents of others that are not known: 2 a second, and 20 at once.
    pub(crate) fn of_unknown_documents() -> Self {
        Self::new(Duration::from_millis(500), 20)
    }

    fn new(every: Duration, most: u32) -> Self {
        Self { every, most, begun_at: OnceLock::new(), full_at: AtomicU64::new(0) }
    }

    /// Takes a token, if there is one.
    pub(crate) fn take(&self) -> bool {
        let now = micros(self.begun_at.get_or_init(Instant::now).elapsed());
        let (one, all) = (micros(self.every), micros(self.every * self.most));
        let take = |full_at: u64| {
            let then = full_at.max(now) + one;
            (then <= now + all).then_some(then)
        };
        self.full_at.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok()
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_bucket_is_empty_after_its_burst_and_fills_with_time() {
        let budget = Budget::of_a_client();
        let taken = || (0..1000).filter(|_| budget.take()).count();
        assert_eq!(taken(), 20);
        for (after, tokens) in [(99, 0), (1, 1), (350, 3), (50, 1), (60_000, 20)] {
            tokio::time::advance(Duration::from_millis(after)).await;
            assert_eq!(taken(), tokens, "after {after} ms");
        }
    }
}
