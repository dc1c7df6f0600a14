//! Forgetting in small steps, so that nobody waits long for one (F-30).

use grantry::{
    ports::StoreError,
    types::{TenantId, Timestamp},
};

use crate::{
    columns::{self, Column},
    engine::Engine,
};

/// The most rows of one statement. Others write between two.
const STEP: usize = 500;

/// Forgets up to `limit` rows that expired before that, by a statement that takes a moment and a number.
/// Returns how many.
///
/// # Errors
/// When a step has no answer; what was forgotten before it is.
pub(super) async fn sweep(
    engine: &Engine,
    sql: &'static str,
    before: Timestamp,
    limit: usize,
) -> Result<usize, StoreError> {
    let mut swept = 0;
    while swept < limit {
        let most = STEP.min(limit - swept);
        let step = engine.execute(sql, [before.column(), columns::limit(most)]).await?;
        swept += step;
        if step < most {
            break;
        }
    }
    Ok(swept)
}

/// Forgets all rows of a tenant, by a statement that takes the tenant and a number.
///
/// # Errors
/// When a step has no answer; what was forgotten before it is.
pub(super) async fn erase(
    engine: &Engine,
    sql: &'static str,
    tenant: &TenantId,
) -> Result<(), StoreError> {
    while engine.execute(sql, [tenant.column(), columns::limit(STEP)]).await? == STEP {}
    Ok(())
}
