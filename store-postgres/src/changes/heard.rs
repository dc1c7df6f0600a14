//! What was heard and not yet told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use async_trait::async_trait;
use grantry::{
    ports::{Listener, StoreError},
    types::TenantId,
};
use tokio::{sync::Notify, time::timeout};

/// How often whoever asks a deaf node is told so.
const PACE: Duration = Duration::from_millis(250);
/// How many words wait. Whoever does not take them has missed them.
const WORDS: usize = 1024;

/// What is heard on the one line of a store, for everybody who listens.
#[derive(Debug, Default)]
pub(crate) struct Heard(Mutex<All>);

#[derive(Debug, Default)]
struct All {
    ears: Vec<Weak<Ear>>,
    deaf: bool,
}

/// Words that wait for one who listens, and whether there are more to come. Nothing is taken before it is
/// handed out, so a caller may leave at any time.
#[derive(Debug, Default)]
struct Ear {
    state: Mutex<State>,
    changed: Notify,
}

/// Somebody who listens.
struct Words(Arc<Ear>);

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
    /// Somebody listens, until this is dropped.
    pub(crate) fn listen(&self) -> Box<dyn Listener> {
        let mut all = self.all();
        let state = State { deaf: all.deaf, ..State::default() };
        let ear = Arc::new(Ear { state: state.into(), ..Ear::default() });
        all.ears.push(Arc::downgrade(&ear));
        Box::new(Words(ear))
    }

    /// Somebody wrote.
    pub(crate) fn hear(&self, word: &str) {
        let word = word.parse().ok();
        self.all().each(|ear| ear.hear(word.as_ref()));
    }

    /// From now on everything is heard. What was said before was not.
    pub(crate) fn begin(&self) {
        let mut all = self.all();
        all.deaf = false;
        all.each(Ear::begin);
    }

    /// From now on nothing is heard.
    pub(crate) fn deafen(&self) {
        let mut all = self.all();
        all.deaf = true;
        all.each(Ear::deafen);
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    /// Everybody who still listens.
    fn each(&mut self, tell: impl Fn(&Ear)) {
        self.ears.retain(|ear| {
            ear.upgrade().is_some_and(|ear| {
                tell(&ear);
                true
            })
        });
    }
}

#[async_trait]
impl Listener for Words {
    async fn next(&mut self) -> Result<TenantId, StoreError> {
        loop {
            // Before the look, so that nothing comes between.
            let changed = self.0.changed.notified();
            match self.0.take() {
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
}

impl Ear {
    /// What nobody understands was missed.
    fn hear(&self, word: Option<&TenantId>) {
        let mut state = self.state();
        match word {
            Some(tenant) if state.words.contains(tenant) => return,
            Some(tenant) if state.words.len() < WORDS => state.words.push_back(tenant.clone()),
            _ => state.missed = true,
        }
        drop(state);
        self.changed.notify_waiters();
    }

    fn begin(&self) {
        let mut state = self.state();
        (state.deaf, state.missed) = (false, true);
        drop(state);
        self.changed.notify_waiters();
    }

    fn deafen(&self) {
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
    use std::{pin::pin, task::Poll};

    use super::*;

    /// What is told without waiting.
    async fn told(listener: &mut dyn Listener) -> Option<Result<String, ()>> {
        let mut next = pin!(listener.next());
        std::future::poll_fn(|cx| {
            Poll::Ready(match next.as_mut().poll(cx) {
                Poll::Ready(told) => Some(told.map(|tenant| tenant.to_string()).map_err(drop)),
                Poll::Pending => None,
            })
        })
        .await
    }

    #[tokio::test]
    async fn words_are_told_once_and_in_order_to_each_who_listens() {
        let heard = Heard::default();
        heard.hear("nobody");
        let mut all = [heard.listen(), heard.listen()];
        assert_eq!(told(&mut *all[0]).await, None);
        for word in ["acme", "globex", "acme"] {
            heard.hear(word);
        }
        let mut late = heard.listen();
        for ear in &mut all {
            assert_eq!(told(&mut **ear).await, Some(Ok("acme".into())));
            assert_eq!(told(&mut **ear).await, Some(Ok("globex".into())));
            assert_eq!(told(&mut **ear).await, None);
        }
        assert_eq!(told(&mut *late).await, None);
        drop(all);
        heard.hear("acme");
        assert_eq!(heard.all().ears.len(), 1, "nothing is kept for those who left");
        assert_eq!(told(&mut *late).await, Some(Ok("acme".into())));
    }

    #[tokio::test]
    async fn a_word_that_nobody_understands_or_has_room_for_was_missed() {
        let heard = Heard::default();
        let mut ear = heard.listen();
        heard.hear("Not A Tenant");
        assert_eq!(told(&mut *ear).await, Some(Err(())));
        assert_eq!(told(&mut *ear).await, None);
        (0..=WORDS).for_each(|n| heard.hear(&format!("t{n}")));
        assert_eq!(told(&mut *ear).await, Some(Err(())));
        assert_eq!(told(&mut *ear).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_deaf_node_says_so_at_once_and_then_now_and_again() {
        let heard = Heard::default();
        let mut ear = heard.listen();
        heard.hear("acme");
        heard.deafen();
        heard.deafen();
        assert_eq!(told(&mut *ear).await, Some(Err(())));
        assert_eq!(told(&mut *ear).await, None);
        let mut late = heard.listen();
        for _ in 0..2 {
            assert!(ear.next().await.is_err());
            assert!(late.next().await.is_err());
        }
        heard.begin();
        // What was said while it was deaf is missing, also for who forgot everything a moment ago.
        assert_eq!(told(&mut *ear).await, Some(Err(())));
        assert_eq!(told(&mut *ear).await, None);
        heard.hear("acme");
        assert_eq!(told(&mut *ear).await, Some(Ok("acme".into())));
    }
}
