//! This machine's time, which neither steps back nor begins behind what the file has seen.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use grantry::{SystemClock, ports::Clock, types::Timestamp};
use rusqlite::Connection;

use crate::columns;

/// How far ahead of the machine the file may be and is believed. Beyond it somebody's clock was wrong, and
/// tokens of the future are worse than a code that comes back.
const BELIEVED: Duration = Duration::from_secs(3600);

/// Where the machine's clock steps back, time goes on at half its pace until the clock has caught up: a
/// code that had expired does not come back, and nothing lives longer than by the step (F-20, P13).
#[derive(Debug)]
pub(crate) struct FileClock {
    machine: Arc<dyn Clock>,
    told: Mutex<Told>,
}

/// The last moment that the machine told, and was believed.
#[derive(Debug)]
struct Told {
    at: Timestamp,
    when: Instant,
    /// Whether anybody asks this clock. What a server with a clock of its own writes is not its business.
    asked: bool,
}

impl Default for FileClock {
    fn default() -> Self {
        Self::over(Arc::new(SystemClock))
    }
}

impl FileClock {
    fn over(machine: Arc<dyn Clock>) -> Self {
        let told = Told { at: Timestamp::EPOCH, when: Instant::now(), asked: false };
        Self { machine, told: Mutex::new(told) }
    }

    /// Begins where the file is, or where the machine is if that is later.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn begin(&self, db: &Connection) -> rusqlite::Result<()> {
        let seen = db.query_row("SELECT seen_at FROM clock", [], |row| row.get(0))?;
        self.begin_at(Timestamp::from_millis(seen));
        Ok(())
    }

    fn begin_at(&self, seen: Timestamp) {
        if seen <= self.machine.now().plus(BELIEVED) {
            let mut told = self.told();
            (told.at, told.when) = (seen, Instant::now());
        }
    }

    /// Tells the file the latest moment that anybody was told.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn keep(&self, db: &Connection) -> rusqlite::Result<()> {
        let told = self.told();
        let (asked, at) = (told.asked, told.now());
        drop(told);
        if !asked {
            return Ok(());
        }
        let keep = "UPDATE clock SET seen_at = ?1 WHERE seen_at < ?1";
        db.prepare_cached(keep)?.execute([columns::millis(at.as_millis())]).map(drop)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    /// What is told where the machine says nothing later.
    fn now(&self) -> Timestamp {
        self.at.plus(self.when.elapsed() / 2)
    }
}

impl Clock for FileClock {
    fn now(&self) -> Timestamp {
        let machine = self.machine.now();
        let mut told = self.told();
        told.asked = true;
        let least = told.now();
        if machine < least {
            return least;
        }
        (told.at, told.when) = (machine, Instant::now());
        machine
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[derive(Debug, Default)]
    struct Hand(AtomicU64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_secs(self.0.load(Ordering::SeqCst))
        }
    }

    fn clock(at: u64) -> (Arc<Hand>, FileClock) {
        let hand = Arc::new(Hand(AtomicU64::new(at)));
        (hand.clone(), FileClock::over(hand))
    }

    #[test]
    fn f_20_a_machine_that_steps_back_takes_nobody_back() {
        let (hand, clock) = clock(10_000);
        assert_eq!(clock.now(), Timestamp::from_secs(10_000));
        hand.0.store(6_400, Ordering::SeqCst);
        let stepped = clock.now();
        assert!(stepped >= Timestamp::from_secs(10_000));
        std::thread::sleep(Duration::from_millis(4));
        assert!(clock.now() > stepped, "time goes on");
        hand.0.store(20_000, Ordering::SeqCst);
        assert_eq!(clock.now(), Timestamp::from_secs(20_000), "a step ahead is followed");
    }

    #[test]
    fn f_20_a_process_begins_where_the_file_is() {
        let (hand, clock) = clock(10_000);
        clock.begin_at(Timestamp::from_secs(13_600));
        assert!(clock.now() >= Timestamp::from_secs(13_600));
        hand.0.store(14_000, Ordering::SeqCst);
        assert_eq!(clock.now(), Timestamp::from_secs(14_000));
    }

    #[test]
    fn f_20_a_file_of_the_far_future_is_not_believed() {
        let (_, clock) = clock(10_000);
        clock.begin_at(Timestamp::from_secs(13_601));
        assert_eq!(clock.now(), Timestamp::from_secs(10_000));
    }
}
