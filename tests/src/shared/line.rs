//! The line on which a node is told of changes.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use grantry::{
    ports::{Changes, StoreError},
    types::TenantId,
};
use tokio::sync::watch;

/// Tells of changes, at first as soon as they are made.
#[derive(Debug)]
pub struct Line {
    state: Mutex<State>,
    /// Counts whatever happens to the state.
    turns: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct State {
    words: VecDeque<TenantId>,
    holds: bool,
    is_cut: bool,
    is_deaf: bool,
    /// Whether somebody waits for a word, and so is done with all before.
    is_awaited: bool,
    /// How often somebody was told since it was cut that it is.
    errors: usize,
}

impl Default for Line {
    fn default() -> Self {
        Self { state: Mutex::default(), turns: watch::Sender::new(0) }
    }
}

impl Line {
    /// Keeps words back until [`Line::deliver`].
    pub fn hold(&self) {
        self.turn(|state| state.holds = true);
    }

    /// Delivers words, those that were kept back first.
    pub fn deliver(&self) {
        self.turn(|state| state.holds = false);
    }

    /// Words are lost from now on, and whoever waits for one is told so.
    pub fn cut(&self) {
        self.turn(|state| *state = State { is_cut: true, ..State::default() });
    }

    /// Words are lost from now on, and nobody knows.
    pub fn deafen(&self) {
        self.turn(|state| state.is_deaf = true);
    }

    /// Words come again. What was lost stays so.
    pub fn mend(&self) {
        self.turn(|state| *state = State { is_awaited: state.is_awaited, ..State::default() });
    }

    /// Waits until every word that was delivered has been taken, and what it says has been done.
    pub async fn settled(&self) {
        self.wait_until(|state| state.is_awaited && (state.holds || state.words.is_empty())).await;
    }

    /// Waits until it was noticed that the line is cut, and what that means has been done.
    pub async fn noticed(&self) {
        self.wait_until(|state| state.errors >= 2).await;
    }

    pub(crate) fn tell(&self, tenant: &TenantId) {
        self.turn(|state| {
            if !state.is_cut && !state.is_deaf {
                state.words.push_back(tenant.clone());
            }
        });
    }

    async fn wait_until(&self, is_so: impl Fn(&State) -> bool) {
        let mut turns = self.turns.subscribe();
        while !is_so(&self.state()) {
            // The sender is our own, so the channel lives.
            let _ = turns.changed().await;
        }
    }

    fn turn<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state());
        self.turns.send_modify(|turns| *turns += 1);
        changed
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Changes for Line {
    async fn next(&self) -> Result<TenantId, StoreError> {
        let mut turns = self.turns.subscribe();
        loop {
            let word = self.turn(|state| {
                let word = match state.is_cut {
                    true => Some(Err(StoreError::new("the line is cut"))),
                    false if state.holds => None,
                    false => state.words.pop_front().map(Ok),
                };
                state.is_awaited = word.is_none();
                state.errors += usize::from(state.is_cut);
                word
            });
            if let Some(word) = word {
                return word;
            }
            turns.borrow_and_update();
            let quiet = |state: &State| !state.is_cut && (state.holds || state.words.is_empty());
            while quiet(&self.state()) {
                // The sender is our own, so the channel lives.
                let _ = turns.changed().await;
            }
        }
    }
}
