//! Files that go with their tests.
#![allow(dead_code, reason = "each test program needs some of it")]

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use grantry_sqlite::{SqliteBuilder, SqliteStore, Synchronous};

/// A directory of its own below the target directory, which is deleted with this.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("{}-{}", process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sqlite").join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> PathBuf {
        self.0.join("grantry.db")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A store that answers when it is on the disk.
pub fn durable() -> SqliteStore {
    opened(|builder| builder)
}

/// The same without the wait for the disk, for cases that write very often.
pub fn quick() -> SqliteStore {
    opened(|builder| builder.synchronous(Synchronous::Normal))
}

/// On a file that has no name any more once it is open: it is gone when the store is.
fn opened(how: impl FnOnce(SqliteBuilder) -> SqliteBuilder + Send + 'static) -> SqliteStore {
    let scratch = Scratch::new();
    let builder = how(SqliteStore::builder(scratch.path()));
    // Whoever calls is on a runtime already.
    let open = thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(builder.open()).unwrap()
    });
    open.join().unwrap()
}
