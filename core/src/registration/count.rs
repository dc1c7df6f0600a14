//! How many clients of a tenant registered themselves, and which of them nobody ever used.

use std::sync::Arc;

use super::{PREFIX, remove::remove_now};
use crate::ports::{Event, EventKind, Ports, StoreError};
use crate::types::{Client, ClientId, RegistrationPolicy, TenantId, Timestamp};

/// Clients of one question.
const PAGE: usize = 100;

/// Those that registered themselves: all, or a few more than `most`.
pub(super) async fn registered(
    ports: &Ports,
    tenant: &TenantId,
    most: usize,
) -> Result<Vec<Arc<Client>>, StoreError> {
    let first: ClientId = PREFIX.parse().map_err(StoreError::new)?;
    let (mut after, mut found) = (first, Vec::new());
    loop {
        let page = ports.clients.list(tenant, Some(&after), PAGE).await?;
        let Some(last) = page.last().map(|client| client.id.clone()) else { return Ok(found) };
        let ours = |client: &&Arc<Client>| client.id.as_str().starts_with(PREFIX);
        found.extend(page.iter().filter(ours).filter(|one| one.registered.is_some()).cloned());
        if page.len() < PAGE || !last.as_str().starts_with(PREFIX) || found.len() > most {
            return Ok(found);
        }
        after = last;
    }
}

/// Whether there is room for so many.
pub(super) async fn has_room(
    ports: &Ports,
    tenant: &TenantId,
    registration: &RegistrationPolicy,
    more: usize,
) -> Result<bool, StoreError> {
    let limit = usize::try_from(registration.limit).unwrap_or(usize::MAX);
    Ok(registered(ports, tenant, limit).await?.len() + more <= limit)
}

/// Forgets clients that registered themselves so long ago and never got a token. Returns how many (RG-02).
///
/// # Errors
/// When the store does not answer; some may be gone then.
pub async fn forget_unused(
    ports: &Ports,
    tenant: &TenantId,
    registration: &RegistrationPolicy,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut gone = 0;
    for client in registered(ports, tenant, usize::MAX).await? {
        let Some(own) = &client.registered else { continue };
        let waits = now < own.at.plus(registration.unused_lifetime);
        if !own.used && !waits && remove_now(ports, tenant, &client, now).await? {
            let mut event = Event::new(tenant.clone(), now, EventKind::RegistrationDeleted);
            event.client = Some(client.id.clone());
            ports.events.record(event);
            gone += 1;
        }
    }
    Ok(gone)
}
