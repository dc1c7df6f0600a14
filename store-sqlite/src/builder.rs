//! How a file is opened.

use std::{path::PathBuf, sync::Arc, thread};

use tokio::sync::oneshot;

use crate::{OpenError, SqliteStore, clock::FileClock, engine::Engine};

/// What an answer waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// What was answered is on the disk: it survives the loss of power.
    #[default]
    Full,
    /// What was answered survives the end of the process, and a power cut may take the last of it
    /// along. **That is a danger**: a grant or key that was revoked then lives again, and a code that was
    /// redeemed can be redeemed once more. For files that can be lost, such as those of tests.
    Normal,
}

/// How a file is opened; made by [`SqliteStore::builder`].
#[derive(Clone, Debug)]
pub struct SqliteBuilder {
    pub(crate) path: PathBuf,
    pub(crate) synchronous: Synchronous,
    pub(crate) readers: usize,
}

impl SqliteBuilder {
    pub(crate) fn new(path: PathBuf) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self { path, synchronous: Synchronous::default(), readers: cores.min(4) }
    }

    /// What an answer waits for: by default, the disk.
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// How many threads read, at least one; each has a connection and its cache of 2 MiB. By default as
    /// many as the machine has cores, at most 4.
    pub fn readers(mut self, threads: usize) -> Self {
        self.readers = threads.max(1);
        self
    }

    /// Opens the file, on a thread of its own: creates it where it is not there, for its owner alone, and
    /// brings its tables up to date.
    ///
    /// # Errors
    /// When it does not let itself be opened. A file that is none of ours is left as it is.
    pub async fn open(self) -> Result<SqliteStore, OpenError> {
        let (reply, opened) = oneshot::channel();
        let open = move || {
            let clock = Arc::new(FileClock::default());
            let store = Engine::start(&self, &clock).map(|(engine, newest)| SqliteStore {
                engine: Arc::new(engine),
                clock,
                newest,
            });
            // Whoever asked may have left: the file is closed then.
            drop(reply.send(store));
        };
        let thread = thread::Builder::new().name("grantry-sqlite".to_owned()).spawn(open);
        thread.map_err(OpenError::Io)?;
        opened.await.map_err(|gone| OpenError::Io(std::io::Error::other(gone)))?
    }
}
