//! Audit events, kept.

use std::sync::{Mutex, PoisonError};

use grantry::ports::{Event, Events};

/// Keeps what it is told.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Vec<Event>>);

impl Events for Kept {
    fn record(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}

impl Kept {
    /// What it was told since it was last asked.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
