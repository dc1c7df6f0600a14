//! Forgets clients that registered themselves and were never used (RG-02).

use std::time::Duration;

use crate::ports::{Ports, StoreError, Tasks};
use crate::registration::forget_unused;
use crate::types::TenantId;

/// How long after the start, and how often. Where there is no more room for new ones it is done at once.
const FIRST: Duration = Duration::from_secs(90);
const EVERY: Duration = Duration::from_secs(3600);
/// Tenants of one question.
const PAGE: usize = 100;

pub(super) fn start(tasks: &Tasks, ports: &Ports) {
    let ports = ports.clone();
    tasks.start(async move {
        tokio::time::sleep(FIRST).await;
        loop {
            // A store that fails is asked again at the next round.
            let _ = round(&ports).await;
            tokio::time::sleep(EVERY).await;
        }
    });
}

async fn round(ports: &Ports) -> Result<(), StoreError> {
    let mut after: Option<TenantId> = None;
    loop {
        let page = ports.tenants.list(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id.clone());
        for tenant in page {
            let Some(policy) = tenant.policy.registration.clone() else { continue };
            let own = ports.clone();
            let work =
                async move { forget_unused(&own, &tenant.id, &policy, own.clock.now()).await };
            ports.tasks.complete(work).await??;
        }
    }
}

#[cfg(test)]
#[path = "forget_tests.rs"]
mod tests;
