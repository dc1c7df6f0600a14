//! What the host is asked, contained: it may fail, hang and panic (F-43).

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;

use super::StoreError;

/// How long the host may think about an answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why the host gave no answer.
#[derive(Debug)]
pub(crate) enum HostFault {
    /// It says that it cannot now, or it takes too long.
    Unavailable(StoreError),
    /// It is broken.
    Panicked,
}

/// The answer of the host.
///
/// # Errors
/// Where it fails, takes longer than two seconds, or panics.
pub(crate) async fn ask<T>(
    said: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, HostFault> {
    match tokio::time::timeout(PATIENCE, AssertUnwindSafe(said).catch_unwind()).await {
        Ok(Ok(said)) => said.map_err(HostFault::Unavailable),
        Ok(Err(_panic)) => Err(HostFault::Panicked),
        Err(late) => Err(HostFault::Unavailable(StoreError::new(late))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn f_43_a_host_has_two_seconds_and_may_fail_and_panic() {
        let after = async |millis: u64| {
            let said = async move {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                Ok(7)
            };
            ask(said).await
        };
        assert!(matches!(after(1_999).await, Ok(7)));
        assert!(matches!(after(2_001).await, Err(HostFault::Unavailable(_))));
        let fails = async { Err::<(), _>(StoreError::new("not now")) };
        assert!(matches!(ask(fails).await, Err(HostFault::Unavailable(_))));
        let panics = async { std::panic::panic_any("broken") };
        assert!(matches!(ask::<()>(panics).await, Err(HostFault::Panicked)));
    }
}
