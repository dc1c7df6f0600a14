//! A place where calls wait until the test lets them go on.

use tokio::sync::watch;

/// Open at first. Whoever comes to it while it is closed waits, so that a test knows for certain that
/// something is in the middle, without a clock.
#[derive(Debug)]
pub struct Gate {
    open: watch::Sender<bool>,
    waiting: watch::Sender<usize>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { open: watch::Sender::new(true), waiting: watch::Sender::new(0) }
    }
}

impl Gate {
    /// Whoever comes from now on waits.
    pub fn close(&self) {
        self.open.send_replace(false);
    }

    /// Lets everybody go on.
    pub fn open(&self) {
        self.open.send_replace(true);
    }

    /// Waits until at least so many wait here.
    pub async fn holds(&self, count: usize) {
        let mut waiting = self.waiting.subscribe();
        // The sender is our own, so the channel lives.
        let _ = waiting.wait_for(|waiting| *waiting >= count).await;
    }

    /// Goes through, as soon as the gate is open.
    pub async fn pass(&self) {
        let mut open = self.open.subscribe();
        if *open.borrow() {
            return;
        }
        let _here = Here::at(self);
        let _ = open.wait_for(|open| *open).await;
    }
}

/// Somebody who waits, until they go on or are dropped.
struct Here<'a>(&'a Gate);

impl<'a> Here<'a> {
    fn at(gate: &'a Gate) -> Self {
        gate.waiting.send_modify(|waiting| *waiting += 1);
        Self(gate)
    }
}

impl Drop for Here<'_> {
    fn drop(&mut self) {
        self.0.waiting.send_modify(|waiting| *waiting -= 1);
    }
}
