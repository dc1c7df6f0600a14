//! What was heard and not yet told.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use grantry::{ports::StoreError, types::TenantId};
use tokio::{sync::Notify, time::timeout};

/// How often whoever asks a deaf node is told so.
const PACE: Duration = Duration::from_millis(250);
/// How many words wait. Whoever does not take them has missed them.
const WORDS: usize = 1024;

/// Words that wait, and whether there are more to come. Nothing is taken before it is handed out, so a
/// caller may leave at any time.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    words: VecDeque<TenantId>,
    missed: bool,
    deaf: bool,
}

enum Next {
    Word(TenantId),
    Missed,
    Deaf,
    Nothing,
}

impl Heard {
    /// As `Changes::next`.
    pub(crate) async fn next(&self) -> Result<TenantId, StoreError> {
        loop {
            // Before the look, so that nothing comes between.
            let changed = self.changed.notified();
            match self.take() {
                Next::Word(tenant) => return Ok(tenant),
                Next::Missed => return Err(StoreError::new("words of other nodes were missed")),
                Next::Nothing => changed.await,
                Next::Deaf => {
                    if timeout(PACE, changed).await.is_err() {
                        return Err(StoreError::new("the database does not tell of other nodes"));
                    }
                }
            }
        }
    }

    /// Somebody wrote.
    pub(crate) fn hear(&self, word: &str) {
        let mut state = self.state();
        match word.parse::<TenantId>() {
            Ok(tenant) if state.words.contains(&tenant) => return,
            Ok(tenant) if state.words.len() < WORDS => state.words.push_back(tenant),
            _ => state.missed = true,
        }
        drop(state);
        self.changed.notify_waiters();
    }

    /// From now on everything is heard. What was said before was not.
    pub(crate) fn begin(&self) {
        let mut state = self.state();
        (state.deaf, state.missed) = (false, true);
        drop(state);
        self.changed.notify_waiters();
    }

    /// From now on nothing is heard.
    pub(crate) fn deafen(&self) {
        let mut state = self.state();
        if state.deaf {
            return;
        }
        (state.deaf, state.missed) = (true, true);
        drop(state);
        self.changed.notify_waiters();
    }

    fn take(&self) -> Next {
        let mut state = self.state();
        if state.missed {
            state.missed = false;
            // Whoever hears that forgets all tenants.
            state.words.clear();
            return Next::Missed;
        }
        match state.words.pop_front() {
            Some(tenant) => Next::Word(tenant),
            None if state.deaf => Next::Deaf,
            None => Next::Nothing,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{future::Future, pin::pin, task::Poll};

    use super::*;

    /// What is told without waiting.
    async fn told(heard: &Heard) -> Option<Result<String, ()>> {
        let mut next = pin!(heard.next());
        std::future::poll_fn(|cx| {
            Poll::Ready(match next.as_mut().poll(cx) {
                Poll::Ready(told) => Some(told.map(|tenant| tenant.to_string()).map_err(drop)),
                Poll::Pending => None,
            })
        })
        .await
    }

    #[tokio::test]
    async fn words_are_told_once_and_in_order() {
        let heard = Heard::default();
        assert_eq!(told(&heard).await, None);
        for word in ["acme", "globex", "acme"] {
            heard.hear(word);
        }
        assert_eq!(told(&heard).await, Some(Ok("acme".into())));
        assert_eq!(told(&heard).await, Some(Ok("globex".into())));
        assert_eq!(told(&heard).await, None);
    }

    #[tokio::test]
    async fn a_word_that_nobody_understands_or_has_room_for_was_missed() {
        let heard = Heard::default();
        heard.hear("Not A Tenant");
        assert_eq!(told(&heard).await, Some(Err(())));
        assert_eq!(told(&heard).await, None);
        (0..=WORDS).for_each(|n| heard.hear(&format!("t{n}")));
        assert_eq!(told(&heard).await, Some(Err(())));
        assert_eq!(told(&heard).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deaf_node_says_so_at_once_and_then_now_and_again() {
        let heard = Heard::default();
        heard.hear("acme");
        heard.deafen();
        heard.deafen();
        assert_eq!(told(&heard).await, Some(Err(())));
        assert_eq!(told(&heard).await, None);
        assert!(heard.next().await.is_err());
        assert!(heard.next().await.is_err());
        heard.begin();
        // What was said while it was deaf is missing, also for who forgot everything a moment ago.
        assert_eq!(told(&heard).await, Some(Err(())));
        assert_eq!(told(&heard).await, None);
        heard.hear("acme");
        assert_eq!(told(&heard).await, Some(Ok("acme".into())));
    }
}
