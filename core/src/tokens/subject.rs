//! What a client calls a user (OpenID Connect Core §8).

use crate::context::Context;
use crate::error::Error;
use crate::ports::{Keyring, StoreError};
use crate::types::{Client, Subject, SubjectType, TenantId, Timestamp};

/// The name by which this client knows the user: everybody's, or one of its own.
///
/// # Errors
/// When the keyring does not answer, or has no key for such names.
pub async fn known_as(ctx: &Context, client: &Client, subject: &Subject) -> Result<Subject, Error> {
    let keyring = &*ctx.ports.keyring;
    let own = subject_in(keyring, ctx.tenant_id(), client, subject, ctx.now).await?;
    own.ok_or_else(|| StoreError::new("the keyring has no key for pairwise subjects").into())
}

/// The same where there is no request; nothing where the keyring has no key for such names.
///
/// # Errors
/// When the keyring does not answer.
pub async fn subject_in(
    keyring: &dyn Keyring,
    tenant: &TenantId,
    client: &Client,
    subject: &Subject,
    now: Timestamp,
) -> Result<Option<Subject>, StoreError> {
    let browser = client.browser.as_ref();
    let pairwise = browser.filter(|browser| browser.subject_type == SubjectType::Pairwise);
    let Some(browser) = pairwise else { return Ok(Some(subject.clone())) };
    match browser.sector() {
        Some(sector) => keyring.pairwise(tenant, sector, subject, now).await,
        None => Ok(None),
    }
}
