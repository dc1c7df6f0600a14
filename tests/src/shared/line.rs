//! The line on which a node is told of changes.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use grantry::{
    ports::{Changes, Listener, StoreError},
    types::TenantId,
};
use tokio::sync::watch;

/// Tells of changes, at first as soon as they are made.
#[derive(Debug, Default)]
pub struct Line(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Counts whatever happens to the state.
    turns: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    /// Of everybody who listens.
    ears: Vec<Ear>,
    next: u64,
    holds: bool,
    is_cut: bool,
    is_deaf: bool,
}

#[derive(Debug, Default)]
struct Ear {
    number: u64,
    words: VecDeque<TenantId>,
    /// Whether somebody waits for a word, and so is done with all before.
    is_awaited: bool,
    /// How often somebody was told since it was cut that it is.
    errors: usize,
}

/// Somebody who listens.
struct Words {
    line: Arc<Shared>,
    number: u64,
}

impl Default for Shared {
    fn default() -> Self {
        Self { state: Mutex::default(), turns: watch::Sender::new(0) }
    }
}

impl Line {
    /// Keeps words back until [`Line::deliver`].
    pub fn hold(&self) {
        self.0.turn(|state| state.holds = true);
    }

    /// Delivers words, those that were kept back first.
    pub fn deliver(&self) {
        self.0.turn(|state| state.holds = false);
    }

    /// Words are lost from now on, and whoever waits for one is told so.
    pub fn cut(&self) {
        self.0.turn(|state| {
            state.lose();
            state.is_cut = true;
            state.ears.iter_mut().for_each(|ear| ear.is_awaited = false);
        });
    }

    /// Words are lost from now on, and nobody knows.
    pub fn deafen(&self) {
        self.0.turn(|state| state.is_deaf = true);
    }

    /// Words come again. What was lost stays so.
    pub fn mend(&self) {
        self.0.turn(State::lose);
    }

    /// Waits until every word that was delivered has been taken, and what it says has been done.
    pub async fn settled(&self) {
        self.wait_until(|state, ear| ear.is_awaited && (state.holds || ear.words.is_empty())).await;
    }

    /// Waits until it was noticed that the line is cut, and what that means has been done.
    pub async fn noticed(&self) {
        self.wait_until(|_, ear| ear.errors >= 2).await;
    }

    pub(crate) fn tell(&self, tenant: &TenantId) {
        self.0.turn(|state| {
            if !state.is_cut && !state.is_deaf {
                state.ears.iter_mut().for_each(|ear| ear.words.push_back(tenant.clone()));
            }
        });
    }

    /// Waits until it is so of everybody who listens.
    async fn wait_until(&self, is_so: impl Fn(&State, &Ear) -> bool) {
        let mut turns = self.0.turns.subscribe();
        let all = |state: &State| {
            !state.ears.is_empty() && state.ears.iter().all(|ear| is_so(state, ear))
        };
        while !all(&self.0.state()) {
            // The sender is our own, so the channel lives.
            let _ = turns.changed().await;
        }
    }
}

impl Changes for Line {
    fn listen(&self) -> Box<dyn Listener> {
        let number = self.0.turn(|state| {
            state.next += 1;
            state.ears.push(Ear { number: state.next, ..Ear::default() });
            state.next
        });
        Box::new(Words { line: self.0.clone(), number })
    }
}

#[async_trait]
impl Listener for Words {
    async fn next(&mut self) -> Result<TenantId, StoreError> {
        let mut turns = self.line.turns.subscribe();
        loop {
            let word = self.line.turn(|state| state.next(self.number));
            if let Some(word) = word {
                return word;
            }
            turns.borrow_and_update();
            while self.line.state().is_quiet(self.number) {
                // The sender is our own, so the channel lives.
                let _ = turns.changed().await;
            }
        }
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        self.line.turn(|state| state.ears.retain(|ear| ear.number != self.number));
    }
}

impl Shared {
    fn turn<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state());
        self.turns.send_modify(|turns| *turns += 1);
        changed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// As at the beginning, and what was not told is lost.
    fn lose(&mut self) {
        (self.holds, self.is_cut, self.is_deaf) = (false, false, false);
        for ear in &mut self.ears {
            ear.words.clear();
            ear.errors = 0;
        }
    }

    fn next(&mut self, number: u64) -> Option<Result<TenantId, StoreError>> {
        let ear = self.ears.iter_mut().find(|ear| ear.number == number)?;
        let word = match self.is_cut {
            true => Some(Err(StoreError::new("the line is cut"))),
            false if self.holds => None,
            false => ear.words.pop_front().map(Ok),
        };
        ear.is_awaited = word.is_none();
        ear.errors += usize::from(self.is_cut);
        word
    }

    fn is_quiet(&self, number: u64) -> bool {
        let words = self.ears.iter().any(|ear| ear.number == number && !ear.words.is_empty());
        !self.is_cut && (self.holds || !words)
    }
}
