//! How a node follows the database's time: monotonic between its answers, forward at once, backward
//! never, but slower until it is where it should be.

use std::time::{Duration, Instant};

/// What the database said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    /// When its answer came, by this machine's monotonic clock.
    pub(super) answered: Instant,
    /// How long it took. The database looked at its clock somewhere within.
    pub(super) round_trip: Duration,
    /// Its time, in microseconds since the epoch.
    pub(super) micros: u64,
}

/// The time that is shown.
#[derive(Debug)]
pub(super) struct Discipline {
    at: Instant,
    /// What is shown at that moment, in microseconds since the epoch.
    shown: u64,
    /// How far that is ahead of the database, in microseconds.
    ahead: u64,
}

impl Discipline {
    pub(super) fn new(first: Sample) -> Self {
        let shown = first.micros.saturating_add(micros(first.round_trip) / 2);
        Self { at: first.answered, shown, ahead: 0 }
    }

    /// The time, in microseconds since the epoch.
    pub(super) fn now(&self, now: Instant) -> u64 {
        self.state(now).0
    }

    /// Moves what is believed no further than the sample proves.
    pub(super) fn learn(&mut self, sample: Sample) {
        let (shown, ahead) = self.state(sample.answered);
        let latest = sample.micros.saturating_add(micros(sample.round_trip));
        let believed = (shown - ahead).clamp(sample.micros, latest);
        let shown = shown.max(believed);
        *self = Self { at: sample.answered, shown, ahead: shown - believed };
    }

    /// What is shown, and how far it is ahead: while it is, it goes at half the pace.
    fn state(&self, now: Instant) -> (u64, u64) {
        let elapsed = micros(now.saturating_duration_since(self.at));
        let caught_up = self.ahead.min(elapsed / 2);
        (self.shown.saturating_add(elapsed - caught_up), self.ahead - caught_up)
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: u64 = 1_800_000_000_000_000;
    const SECOND: u64 = 1_000_000;

    /// A node that started at `BEGIN` by a database which answers at once.
    struct Node(Instant, Discipline);

    impl Node {
        fn new() -> Self {
            let answered = Instant::now();
            let first = Sample { answered, round_trip: Duration::ZERO, micros: BEGIN };
            Self(answered, Discipline::new(first))
        }

        /// What it shows this many microseconds after its start, counted from `BEGIN`.
        fn shows(&self, at: u64) -> u64 {
            self.1.now(self.0 + Duration::from_micros(at)) - BEGIN
        }

        fn learns(&mut self, at: u64, round_trip: u64, micros: u64) {
            let answered = self.0 + Duration::from_micros(at);
            let round_trip = Duration::from_micros(round_trip);
            self.1.learn(Sample { answered, round_trip, micros: BEGIN + micros });
        }
    }

    #[test]
    fn half_the_round_trip_is_added_to_the_first_answer() {
        let answered = Instant::now();
        let round_trip = Duration::from_millis(8);
        let clock = Discipline::new(Sample { answered, round_trip, micros: BEGIN });
        assert_eq!(clock.now(answered), BEGIN + 4_000);
        assert_eq!(clock.now(answered + Duration::from_secs(1)), BEGIN + 4_000 + SECOND);
        assert_eq!(clock.now(answered - Duration::from_secs(1)), BEGIN + 4_000);
    }

    #[test]
    fn f_21_a_slow_answer_moves_nothing_that_it_does_not_contradict() {
        let mut node = Node::new();
        node.learns(SECOND, SECOND, SECOND / 2);
        assert_eq!(node.shows(SECOND), SECOND);
        // It was asked at 1 s and answered at 2 s: its clock was at 2.5 s somewhere in between.
        node.learns(2 * SECOND, SECOND, 5 * SECOND / 2);
        assert_eq!(node.shows(2 * SECOND), 5 * SECOND / 2);
    }

    #[test]
    fn f_20_a_step_forward_is_taken_at_once() {
        let mut node = Node::new();
        node.learns(SECOND, 0, 3_601 * SECOND);
        assert_eq!(node.shows(SECOND), 3_601 * SECOND);
        assert_eq!(node.shows(2 * SECOND), 3_602 * SECOND);
    }

    #[test]
    fn f_20_a_step_back_slows_the_clock_until_it_is_made_up() {
        let mut node = Node::new();
        node.learns(10 * SECOND, 0, 6 * SECOND);
        assert_eq!(node.shows(10 * SECOND), 10 * SECOND);
        assert_eq!(node.shows(12 * SECOND), 11 * SECOND);
        assert_eq!(node.shows(18 * SECOND), 14 * SECOND);
        // Here both agree.
        assert_eq!(node.shows(20 * SECOND), 16 * SECOND);
        let mut last = 0;
        for at in 0..200 {
            let shown = node.shows(10 * SECOND + at * 100_000);
            assert!(shown > last || at == 0, "{at}");
            last = shown;
        }
    }

    #[test]
    fn f_20_samples_while_it_is_slow_do_not_turn_it_back() {
        let mut node = Node::new();
        let mut last = 0;
        // The database goes at a third of this machine's pace.
        for at in 1..100 {
            node.learns(at * SECOND, 500, at * SECOND / 3);
            let shown = node.shows(at * SECOND);
            assert!(shown >= last, "{at}: {shown} after {last}");
            last = shown;
        }
        // And then both at one.
        for at in 100..200 {
            node.learns(at * SECOND, 500, 33 * SECOND + (at - 99) * SECOND);
        }
        let (shown, real) = (node.shows(199 * SECOND), 133 * SECOND);
        assert!(shown.abs_diff(real) <= 500, "{shown} and not {real}");
    }
}
