//! The thread that writes: whatever waits shares one transaction and one sync of the disk.

use std::{
    slice,
    sync::Arc,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    job::Job,
    queue::{Call, Jobs},
};
use crate::clock::FileClock;

/// The most that share a transaction: another process waits for as long as these take.
const SHARE: usize = 256;
/// How often the file is told the time, together with what is written anyway.
const TICK: Duration = Duration::from_secs(1);

type Work = Box<dyn Job>;

/// Why nothing of a transaction was written.
enum Undone {
    /// A statement took the whole transaction along, as where the disk is full.
    ByStatement,
    /// It could not begin or not end.
    Itself(rusqlite::Error),
}

/// Writes until nobody can ask any more, and everything that was asked is done.
pub(super) fn serve(db: &Connection, jobs: &Jobs, clock: &FileClock) {
    let mut ticked = None::<Instant>;
    while let Ok(Call::Work(first)) = jobs.recv() {
        let (batch, last) = gather(first, jobs);
        let tick = ticked.is_none_or(|at| at.elapsed() >= TICK);
        carry_out(db, batch, tick.then_some(clock));
        if tick {
            ticked = Some(Instant::now());
        }
        if last {
            return;
        }
    }
}

/// What waits beside the first, and whether nothing comes after it. While these are written the next
/// ones gather by themselves, so nobody is waited for.
fn gather(first: Work, jobs: &Jobs) -> (Vec<Work>, bool) {
    let mut batch = vec![first];
    while batch.len() < SHARE {
        match jobs.try_recv() {
            Ok(Call::Work(job)) => batch.push(job),
            Ok(Call::Stop) => return (batch, true),
            Err(_) => break,
        }
    }
    (batch, false)
}

/// No answer leaves before what it says is on the disk.
fn carry_out(db: &Connection, mut batch: Vec<Work>, tick: Option<&FileClock>) {
    match together(db, &mut batch, tick) {
        Ok(()) => batch.into_iter().for_each(Job::answer),
        Err(Undone::Itself(cause)) => fail(batch, cause),
        // One failed, and the others were undone with it. Each alone, they do not depend on each other.
        Err(Undone::ByStatement) => batch.into_iter().for_each(|job| alone(db, job)),
    }
}

fn alone(db: &Connection, mut job: Work) {
    match together(db, slice::from_mut(&mut job), None) {
        Ok(()) | Err(Undone::ByStatement) => job.answer(),
        Err(Undone::Itself(cause)) => fail(vec![job], cause),
    }
}

fn fail(batch: Vec<Work>, cause: rusqlite::Error) {
    let cause = Arc::new(cause);
    batch.into_iter().for_each(|job| job.fail(cause.clone()));
}

/// All of it in one transaction, or nothing. A statement that fails by itself has undone itself, and the
/// others go on.
fn together(db: &Connection, batch: &mut [Work], tick: Option<&FileClock>) -> Result<(), Undone> {
    // Who writes first has to read first: without the lock, another process would come between.
    run(db, "BEGIN IMMEDIATE").map_err(Undone::Itself)?;
    let done = within(db, batch, tick);
    let done = done.and_then(|()| run(db, "COMMIT").map_err(Undone::Itself));
    if done.is_err() && !db.is_autocommit() {
        // Where this fails too, the next BEGIN does.
        drop(run(db, "ROLLBACK"));
    }
    done
}

fn within(db: &Connection, batch: &mut [Work], tick: Option<&FileClock>) -> Result<(), Undone> {
    if let Some(clock) = tick {
        clock.keep(db).map_err(Undone::Itself)?;
    }
    for job in batch {
        // It was late before it began: waiting for the lock may have taken seconds.
        if !job.is_late() && !job.carry_out(db) && db.is_autocommit() {
            return Err(Undone::ByStatement);
        }
    }
    Ok(())
}

fn run(db: &Connection, sql: &str) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute([]).map(drop)
}
