//! The database's time, which all nodes share.

mod discipline;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use grantry::{ports::Clock, types::Timestamp};

use self::discipline::{Discipline, Sample};
use crate::{PostgresStore, calls::Calls, failure::Failure};

/// How often the database is asked.
const INTERVAL: Duration = Duration::from_secs(30);
/// How often at the start; the quickest answer says most.
const FIRST: usize = 3;
const NOW: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros";

/// This node's idea of the database's time.
#[derive(Debug)]
pub(crate) struct DatabaseClock(Mutex<Discipline>);

impl DatabaseClock {
    /// Asks the database for the first time.
    pub(crate) async fn set(calls: &Calls) -> Result<Self, Failure> {
        let clock = Self(Mutex::new(Discipline::new(sample(calls).await?)));
        for _ in 1..FIRST {
            clock.ask(calls).await?;
        }
        Ok(clock)
    }

    async fn ask(&self, calls: &Calls) -> Result<(), Failure> {
        let sample = sample(calls).await?;
        self.discipline().learn(sample);
        Ok(())
    }

    fn discipline(&self) -> MutexGuard<'_, Discipline> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks now and then. A database that does not answer leaves the clock as it is.
pub(crate) async fn keep(clock: Arc<DatabaseClock>, calls: Arc<Calls>) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        // Whoever writes finds out that it does not answer.
        let _ = clock.ask(&calls).await;
    }
}

async fn sample(calls: &Calls) -> Result<Sample, Failure> {
    let asked = Instant::now();
    let rows = calls.read(NOW, &[]).await?;
    let answered = Instant::now();
    let micros = rows.first().map(|row| row.try_get::<_, i64>("micros"));
    let micros = micros.transpose().map_err(Failure::of)?.unwrap_or_default();
    let round_trip = answered.duration_since(asked);
    Ok(Sample { answered, round_trip, micros: u64::try_from(micros).unwrap_or_default() })
}

impl Clock for PostgresStore {
    fn now(&self) -> Timestamp {
        let micros = self.clock().discipline().now(Instant::now());
        Timestamp::from_millis(micros / 1000)
    }
}
