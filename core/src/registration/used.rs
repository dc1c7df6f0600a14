//! A client that registered itself gets its first token.

use crate::context::Context;
use crate::types::Client;

/// Notes that a client is in use, once. Whoever is not noted now is at the next token, and a store that
/// fails keeps nobody from theirs.
pub async fn note_use(ctx: &Context, client: &Client) {
    if client.registered.as_ref().is_none_or(|own| own.used) {
        return;
    }
    let (mut next, from) = (client.clone(), client.version);
    next.version = from.next();
    if let Some(own) = &mut next.registered {
        own.used = true;
    }
    let (ports, tenant) = (ctx.ports.clone(), ctx.tenant_id().clone());
    let work = async move { ports.clients.change(&tenant, next, from).await };
    let _ = ctx.ports.tasks.complete(work).await;
}
