//! The log that is written before the file. What is in it is copied to the file (a checkpoint) by a thread of
//! its own: that takes as long as hundreds of commits, and nobody's commit should.

use std::{
    sync::{Arc, Mutex, PoisonError, TryLockError},
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use rusqlite::{Connection, hooks::Wal, wal::CheckpointMode};

/// Pages (4 KiB) from which on it is copied: as many as SQLite itself waits for.
pub(super) const LONG: u32 = 1_000;
/// So few that are left are copied by the thread that writes. A log begins anew where nothing comes between its
/// last page and the next commit; copied by another thread alone, it would grow for as long as anybody writes.
pub(super) const REST: u32 = 128;
/// From here on the thread that writes copies what there is, however long it takes, so that it does not fill a disk.
/// Another process, or who reads for long, may keep it from that for a while.
pub(super) const TOO_LONG: u32 = 16 * LONG;
/// After so long a pause what came during the last copy is copied as well.
const PAUSE: Duration = Duration::from_secs(1);

/// How many pages of the log are known to be in the file. Held by whoever copies.
type Copied = Arc<Mutex<u32>>;

/// What copies, on a thread of its own, once it is asked.
pub(super) struct Copier {
    db: Connection,
    asked: Receiver<()>,
    pub(super) copied: Copied,
}

impl Copier {
    /// Looks at each commit of `writer`, and copies by `db`.
    ///
    /// # Errors
    /// When the connection takes no hook.
    pub(super) fn watch(writer: &mut Connection, db: Connection) -> rusqlite::Result<Self> {
        let copied = Copied::default();
        // One request that waits is as good as many.
        let (ask, asked) = crossbeam_channel::bounded(1);
        let seen = copied.clone();
        let hook = move |log: &mut Wal, pages| {
            committed(log, u32::try_from(pages).unwrap_or_default(), &seen, &ask);
            // What cannot be copied now is copied after another commit. This one stands.
            Ok(())
        };
        writer.wal_hook(Some(hook))?;
        Ok(Self { db, asked, copied })
    }

    /// Copies when it is asked, until nobody can ask any more.
    pub(super) fn serve(self) {
        let mut asked = self.asked.recv().is_ok();
        while asked {
            self.copy();
            asked = match self.asked.recv_timeout(PAUSE) {
                Ok(()) => true,
                Err(RecvTimeoutError::Timeout) => {
                    self.copy();
                    self.asked.recv().is_ok()
                }
                Err(RecvTimeoutError::Disconnected) => false,
            };
        }
    }

    fn copy(&self) {
        let mut copied = self.copied.lock().unwrap_or_else(PoisonError::into_inner);
        note(&mut copied, self.db.wal_checkpoint_v2(Some("main"), CheckpointMode::PASSIVE));
    }
}

/// Ends the copier of a connection.
pub(super) fn leave(writer: &mut Connection) {
    // What the hook holds goes with it, whatever the connection says.
    let _ = writer.wal_hook(None::<fn(&mut Wal, i32) -> rusqlite::Result<()>>);
}

/// There are so many pages in the log now.
fn committed(log: &mut Wal, pages: u32, copied: &Copied, ask: &Sender<()>) {
    let free = match copied.try_lock() {
        Err(TryLockError::WouldBlock) if pages < TOO_LONG => return,
        Err(TryLockError::WouldBlock) => copied.lock(),
        Err(TryLockError::Poisoned(held)) => Err(held),
        Ok(free) => Ok(free),
    };
    let mut copied = free.unwrap_or_else(PoisonError::into_inner);
    // It began anew.
    if pages < LONG || pages < *copied {
        *copied = 0;
    }
    if pages < LONG {
        return;
    }
    if pages.saturating_sub(*copied) <= REST || pages >= TOO_LONG {
        note(&mut copied, log.checkpoint_v2(CheckpointMode::PASSIVE));
    } else {
        // Where one waits already, that one does.
        let _ = ask.try_send(());
    }
}

/// Keeps how much is copied, where anything was.
fn note(copied: &mut u32, done: rusqlite::Result<(i32, i32)>) {
    if let Ok((_, pages)) = done {
        *copied = u32::try_from(pages).unwrap_or_default();
    }
}
