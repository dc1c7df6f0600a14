//! Whether what a token came from still stands.

use std::sync::Arc;

use crate::ports::{Ports, StoreError};
use crate::tokens::{Claims, subject_in};
use crate::types::{Client, Tenant, Ticket, TicketId, Timestamp};

/// What a token came from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The client; none for a token of the direct API.
    pub(super) client: Option<Arc<Client>>,
    /// The grant; none for a client on its own behalf.
    pub(super) ticket: Option<Ticket>,
}

/// What a token came from, if tenant, client, grant and user stand.
pub(super) async fn stands(
    ports: &Ports,
    tenant: &Tenant,
    claims: &Claims,
    now: Timestamp,
) -> Result<Option<Origin>, StoreError> {
    let (mut not_before, mut client) = (tenant.not_before, None);
    if !claims.client.is_reserved() {
        let judge = |own: Option<&Client>| own.filter(|own| !own.disabled).map(drop).ok_or(());
        match ports.judge_client(&tenant.id, &claims.client, judge).await? {
            (Some(own), Ok(())) => {
                not_before = not_before.max(own.not_before);
                client = Some(own);
            }
            _ => return Ok(None),
        }
    }
    if tenant.disabled {
        return Ok(None);
    }
    Ok(match claims.grant {
        // A token names a whole second. One of the second in which its client was stopped may be
        // from before, so it does not count; what is issued after that names the next one.
        None if claims.issued_at >= not_before.whole_second() => {
            let revoked = ports.seen.knows(&tenant.id, claims.revoked_as(), now).await?;
            (!revoked).then_some(Origin { client, ticket: None })
        }
        None => None,
        Some(id) => {
            let ticket = grant(ports, tenant, id, claims, client.as_deref(), now).await?;
            let ticket = ticket.filter(|ticket| ticket.authenticated_at >= not_before);
            ticket.map(|ticket| Origin { client, ticket: Some(ticket) })
        }
    })
}

async fn grant(
    ports: &Ports,
    tenant: &Tenant,
    id: TicketId,
    claims: &Claims,
    client: Option<&Client>,
    now: Timestamp,
) -> Result<Option<Ticket>, StoreError> {
    let ticket = ports.ledger.read(&tenant.id, id).await?;
    let Some(ticket) = ticket.filter(|ticket| ticket.is_live(now)) else { return Ok(None) };
    let known_as = match client {
        Some(client) => {
            subject_in(&*ports.keyring, &tenant.id, client, &ticket.subject, now).await?
        }
        None => Some(ticket.subject.clone()),
    };
    if known_as.as_ref() != Some(&claims.subject) || ticket.client != claims.client {
        return Ok(None);
    }
    let standing = ports.users.standing(&tenant.id, &ticket.subject).await?;
    Ok(standing.allows(ticket.authenticated_at).then_some(ticket))
}
