//! A client that registered itself goes (RFC 7592 §2.3).

use crate::context::Context;
use crate::error::Error;
use crate::ports::{Change, EventKind, Ports, StoreError};
use crate::types::{Client, TenantId, Timestamp, Whose};

/// Removes the client and ends its grants. Returns whether it was as it is known to be here.
///
/// # Errors
/// When the store does not answer.
pub async fn remove(ctx: &Context, client: &Client) -> Result<bool, Error> {
    let (ports, tenant, now) = (ctx.ports.clone(), ctx.tenant_id().clone(), ctx.now);
    let (client, recorder) = (client.clone(), ctx.recorder());
    let work = async move {
        let gone = remove_now(&ports, &tenant, &client, now).await?;
        if gone {
            recorder.about_client(EventKind::RegistrationDeleted, &client.id);
        }
        Ok::<_, Error>(gone)
    };
    ctx.ports.tasks.complete(work).await?
}

/// The same; whoever calls this runs to completion.
pub(super) async fn remove_now(
    ports: &Ports,
    tenant: &TenantId,
    client: &Client,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut stopped = client.clone();
    stopped.version = client.version.next();
    stopped.disabled = true;
    stopped.not_before = stopped.not_before.max(now.next());
    // What is under way meets a disabled client first, then none; and one that was used since stays.
    if ports.clients.change(tenant, stopped, client.version).await? == Change::Lost {
        return Ok(false);
    }
    ports.ledger.end(tenant, Whose::Client(client.id.clone()), now).await?;
    ports.clients.delete(tenant, &client.id).await?;
    Ok(true)
}
