//! Threads that speak to the file: one writes, one copies the log, some read. No async worker ever waits for a disk.

mod job;
mod log;
mod queue;
mod readers;
mod writer;

use std::{convert::Infallible, path::PathBuf, sync::Arc, thread};

use grantry::ports::StoreError;
use rusqlite::{Connection, params_from_iter, types::Value};
use tokio::sync::watch;

use crate::{OpenError, SqliteBuilder, changes, clock::FileClock, file};
use log::Copier;
use queue::Queue;

/// A file with its threads, which end when this is dropped and everything in their queues is done.
#[derive(Debug)]
pub(crate) struct Engine {
    writes: Queue,
    reads: Queue,
    readers: usize,
    /// Each thread holds a receiver for as long as it lives.
    alive: watch::Sender<()>,
}

impl Engine {
    /// Opens a file, and says which word of [`changes`] is its newest. Blocks for as long as that takes.
    ///
    /// # Errors
    /// When it does not let itself be opened, or no thread can be had.
    pub(crate) fn start(
        to: &SqliteBuilder,
        clock: &Arc<FileClock>,
    ) -> Result<(Self, i64), OpenError> {
        // Relative to where the process is now.
        let path: PathBuf = std::path::absolute(&to.path).map_err(OpenError::Io)?;
        let mut writer = file::prepare(&path, to.synchronous)?;
        clock.begin(&writer).map_err(OpenError::from_sqlite)?;
        let newest = changes::newest(&writer).map_err(OpenError::from_sqlite)?;
        let engine = Self {
            writes: Queue::default(),
            reads: Queue::default(),
            readers: to.readers,
            alive: watch::Sender::default(),
        };
        // Held by each thread for as long as its connection is open.
        let (open, others) = crossbeam_channel::bounded::<Infallible>(0);
        for _ in 0..to.readers {
            let (db, jobs, open) = (file::reader(&path)?, engine.reads.jobs(), open.clone());
            engine.spawn("grantry-sqlite-reader", move || {
                readers::serve(db, &jobs);
                drop(open);
            })?;
        }
        let copier = Copier::watch(&mut writer, file::copier(&path, to.synchronous)?);
        let copier = copier.map_err(OpenError::from_sqlite)?;
        engine.spawn("grantry-sqlite-log", move || {
            copier.serve();
            drop(open);
        })?;
        let (jobs, clock) = (engine.writes.jobs(), clock.clone());
        engine.spawn("grantry-sqlite-writer", move || {
            writer::serve(&writer, &jobs, &clock);
            log::leave(&mut writer);
            // The last connection takes the log with it; of several that close at once, none may.
            let _ = others.recv();
        })?;
        Ok((engine, newest))
    }

    /// Reads, on another thread: one statement, which sees every write that was answered.
    ///
    /// # Errors
    /// When there is no answer in time.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.reads.ask(work).await
    }

    /// Writes, on another thread, and answers when it is on the disk. The work is one statement, since it
    /// shares a transaction with that of others (of two, the first would stay where the second fails). It
    /// is carried out anew where the transaction came to nothing.
    ///
    /// # Errors
    /// When there is no answer in time; whether it was written is unknown then.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writes.ask(work).await
    }

    /// Carries out a statement with these values. Returns how many rows it wrote.
    ///
    /// # Errors
    /// As [`Engine::write`].
    pub(crate) async fn execute<const N: usize>(
        &self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<usize, StoreError> {
        self.write(move |db| db.prepare_cached(sql)?.execute(params_from_iter(&values))).await
    }

    /// Ends the threads once what they were asked before is done, and waits for it.
    pub(crate) async fn close(&self) {
        self.writes.close(1);
        self.reads.close(self.readers);
        self.alive.closed().await;
    }

    fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), OpenError> {
        let alive = self.alive.subscribe();
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            work();
            drop(alive);
        });
        thread.map(drop).map_err(OpenError::Io)
    }
}

#[cfg(test)]
mod tests;
