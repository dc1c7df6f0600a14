//! Hears what other nodes change.

use std::{panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::{
    task::yield_now,
    time::{sleep, timeout},
};

use super::Cache;
use crate::ports::{Keyring, Listener, StoreError};
use crate::types::TenantId;

/// Who has waited for a word for so long without an error is heard: an implementation finds out within a
/// second that nobody answers.
const SETTLED: Duration = Duration::from_secs(2);
/// How long after an error the next word is waited for: twice as long after each, up to the longest.
const SHORTEST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Forgets what others change, for as long as it runs.
pub async fn listen(words: Box<dyn Listener>, cache: Arc<Cache>, keyring: Arc<dyn Keyring>) {
    let mut ear = Ear { words, cache, keyring };
    let mut pause = SHORTEST_PAUSE;
    loop {
        match ear.hear().await {
            Ok(tenant) => {
                if !ear.cache.line.is_up() {
                    ear.cache.rise(&*ear.keyring);
                }
                ear.cache.forget(&tenant);
                ear.keyring.forget(&tenant);
                pause = SHORTEST_PAUSE;
                // Words may come without end.
                yield_now().await;
            }
            // What it failed of is the store's to tell.
            Err(_) => {
                if ear.cache.line.is_up() {
                    ear.cache.fall(&*ear.keyring);
                }
                sleep(pause).await;
                pause = LONGEST_PAUSE.min(pause * 2);
            }
        }
    }
}

struct Ear {
    words: Box<dyn Listener>,
    cache: Arc<Cache>,
    keyring: Arc<dyn Keyring>,
}

impl Ear {
    /// The next word. The line is up again once it is quiet.
    async fn hear(&mut self) -> Result<TenantId, StoreError> {
        let Self { words, cache, keyring } = self;
        let next = AssertUnwindSafe(async { words.next().await }).catch_unwind();
        let mut next = pin!(next);
        let heard = match cache.line.is_up() {
            true => next.await,
            false => match timeout(SETTLED, next.as_mut()).await {
                Ok(heard) => heard,
                Err(_) => {
                    cache.rise(&**keyring);
                    next.await
                }
            },
        };
        heard.unwrap_or_else(|_| Err(StoreError::new("the store panicked")))
    }
}

impl Drop for Ear {
    /// Nobody listens any more.
    fn drop(&mut self) {
        self.cache.fall(&*self.keyring);
    }
}
