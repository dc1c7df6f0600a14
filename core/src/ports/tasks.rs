//! Work that goes on when nobody waits for it any more.

use std::{
    future::Future,
    panic::{self, AssertUnwindSafe},
};

use futures_util::FutureExt;
use tokio::{runtime::Handle, sync::oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::StoreError;

/// Runs mutations to completion on the runtime of the builder. Web frameworks drop a handler's
/// future when its client leaves; a task spawned on an actix worker dies with the worker.
#[derive(Clone, Debug)]
pub struct Tasks {
    runtime: Handle,
    tracker: TaskTracker,
    closing: CancellationToken,
}

impl Tasks {
    /// Tasks run on this runtime.
    pub fn on(runtime: Handle) -> Self {
        Self { runtime, tracker: TaskTracker::new(), closing: CancellationToken::new() }
    }

    /// Carries out the work even if the caller is dropped while it waits.
    ///
    /// # Errors
    /// When the runtime is gone.
    ///
    /// # Panics
    /// When the work does.
    pub async fn complete<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        // An outcome that nobody takes ends within the task, so that `close` waits for what its end
        // begins: a `JoinHandle` would let go of it after the task was counted as done.
        self.finish(true, async move {
            let outcome = AssertUnwindSafe(work).catch_unwind().await;
            drop(reply.send(outcome));
        });
        match answer.await {
            Ok(Ok(outcome)) => Ok(outcome),
            // A bug stays a bug: whoever waits panics as if the work had been done in place.
            Ok(Err(panic)) => panic::resume_unwind(panic),
            Err(gone) => Err(StoreError::new(gone)),
        }
    }

    /// Carries out work that may be pending or not. What never is cannot be interrupted, so it is done
    /// in place.
    ///
    /// # Errors
    /// As [`Tasks::complete`].
    pub async fn run<T: Send + 'static>(
        &self,
        waits: bool,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, StoreError> {
        if waits { self.complete(work).await } else { Ok(work.await) }
    }

    /// Carries out work that nobody waits for; what is never pending is done when this returns. A panic
    /// of it is nobody's: this may be called while another one unwinds.
    pub fn finish(&self, waits: bool, work: impl Future<Output = ()> + Send + 'static) {
        let mut work = Box::pin(AssertUnwindSafe(work).catch_unwind().map(drop));
        if waits || work.as_mut().now_or_never().is_none() {
            self.runtime.spawn(self.tracker.track_future(work));
        }
    }

    /// Starts work that ends by itself when the server closes.
    pub fn start(&self, work: impl Future<Output = ()> + Send + 'static) {
        let closing = self.closing.clone();
        let work = async move { closing.run_until_cancelled_owned(work).await };
        self.runtime.spawn(self.tracker.track_future(work));
    }

    /// Ends what was started by [`Tasks::start`].
    pub fn stop(&self) {
        self.closing.cancel();
    }

    /// Ends what was started and waits until all work is done.
    pub async fn close(&self) {
        self.stop();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Finishes work that panics when it is dropped.
    struct Clumsy(Tasks, bool);

    impl Drop for Clumsy {
        fn drop(&mut self) {
            self.0.finish(self.1, async { panic!("work that nobody waits for") });
        }
    }

    #[tokio::test]
    async fn pl_08_a_panic_of_what_nobody_waits_for_is_nobodys() {
        let tasks = Tasks::on(Handle::current());
        for waits in [false, true] {
            drop(Clumsy(tasks.clone(), waits));
            // In the middle of another panic a second one would end the process.
            let unwinds = AssertUnwindSafe(|| {
                let _clumsy = Clumsy(tasks.clone(), waits);
                panic!("the first")
            });
            assert!(panic::catch_unwind(unwinds).is_err());
        }
        tasks.close().await;
    }
}
