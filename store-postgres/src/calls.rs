//! Statements, each one round trip on a connection of the pool, within deadlines.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    time::Duration,
};

use deadpool::managed::{Object, Pool, PoolError};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_postgres::{Row, types::ToSql};

use crate::{connection::Connector, failure::Failure};

/// How often a statement is sent again that the server undid for the sake of another one.
const TRIES: u32 = 20;

/// Values of a statement.
pub(crate) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Whether a statement may be sent again where nobody knows if it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
}

/// How long a call may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadlines {
    pub(crate) acquire: Duration,
    pub(crate) statement: Duration,
}

/// The way to the database.
#[derive(Debug)]
pub(crate) struct Calls {
    pool: Pool<Connector>,
    /// One permit for each call that is under way or waits for a connection. Past it a call fails at
    /// once, so that a database that is silent piles nothing up.
    seats: Semaphore,
    deadlines: Deadlines,
}

struct Answer {
    rows: Vec<Row>,
    count: u64,
}

impl Calls {
    pub(crate) fn new(pool: Pool<Connector>, queue: usize, deadlines: Deadlines) -> Self {
        let seats = pool.status().max_size.saturating_add(queue).min(Semaphore::MAX_PERMITS);
        Self { pool, seats: Semaphore::new(seats), deadlines }
    }

    /// The rows of a statement that writes nothing.
    pub(crate) async fn read(
        &self,
        sql: &'static str,
        values: Values<'_>,
    ) -> Result<Vec<Row>, Failure> {
        Ok(self.ask(Kind::Read, sql, values, true).await?.rows)
    }

    /// The rows that a statement wrote.
    pub(crate) async fn write(
        &self,
        sql: &'static str,
        values: Values<'_>,
    ) -> Result<Vec<Row>, Failure> {
        Ok(self.ask(Kind::Write, sql, values, true).await?.rows)
    }

    /// How many rows a statement wrote.
    pub(crate) async fn count(
        &self,
        sql: &'static str,
        values: Values<'_>,
    ) -> Result<u64, Failure> {
        Ok(self.ask(Kind::Write, sql, values, false).await?.count)
    }

    async fn ask(
        &self,
        kind: Kind,
        sql: &'static str,
        values: Values<'_>,
        rows: bool,
    ) -> Result<Answer, Failure> {
        let _seat = self.seats.try_acquire().map_err(|_| Failure::Full)?;
        let mut session = self.acquire().await?;
        let end = Instant::now() + self.deadlines.statement;
        let silent = || Failure::Silent(self.deadlines.statement);
        for round in 1.. {
            let mut sent = false;
            let asked = timeout_at(end, ask(&session, sql, values, rows, &mut sent)).await;
            let failure = match asked {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(failure)) => failure,
                Err(_) => silent(),
            };
            let broken = matches!(failure, Failure::Broken(_));
            if !failure.leaves_the_session_whole() {
                // Its answer may still come, and would be taken for the next one's.
                drop(Object::take(session));
                // A connection may have ended while nobody looked. What was not sent was not done.
                if round > 1 || !broken || kind == Kind::Write && sent {
                    return Err(failure);
                }
                session = timeout_at(end, self.acquire()).await.map_err(|_| silent())??;
            } else if round >= TRIES || !failure.is_undone() {
                return Err(failure);
            } else {
                timeout_at(end, sleep(jitter(round))).await.map_err(|_| silent())?;
            }
        }
        Err(silent())
    }

    async fn acquire(&self) -> Result<Object<Connector>, Failure> {
        let late = || Failure::NoConnection(self.deadlines.acquire);
        match timeout(self.deadlines.acquire, self.pool.get()).await {
            Err(_) => Err(late()),
            Ok(Ok(session)) => Ok(session),
            Ok(Err(PoolError::Backend(failure))) => Err(failure),
            Ok(Err(other)) => Err(Failure::Broken(Box::new(other))),
        }
    }
}

/// Asks, and says whether the statement was sent; until then it was only prepared.
async fn ask(
    session: &Object<Connector>,
    sql: &'static str,
    values: Values<'_>,
    rows: bool,
    sent: &mut bool,
) -> Result<Answer, Failure> {
    let statement = session.prepared(sql).await?;
    *sent = true;
    if rows {
        let rows = session.client().query(&statement, values).await.map_err(Failure::of)?;
        return Ok(Answer { rows, count: 0 });
    }
    let count = session.client().execute(&statement, values).await.map_err(Failure::of)?;
    Ok(Answer { rows: Vec::new(), count })
}

/// A while, by chance, and longer each time: two who met do not meet again.
fn jitter(round: u32) -> Duration {
    let longest = 1_000_u64 << round.min(6);
    Duration::from_micros(RandomState::new().build_hasher().finish() % longest)
}
