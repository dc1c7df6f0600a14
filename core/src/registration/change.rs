//! A client says anew what it is (RFC 7592 §2.2).

use super::{Written, demand_leave, elsewhere, new_secret};
use crate::client_metadata::{Document, read};
use crate::context::Context;
use crate::error::Error;
use crate::ports::{Change, EventKind};
use crate::types::{Client, ClientKind, RegistrationPolicy, RegistrationToken, SecretHash};

/// Writes what the client says in place of what it was. What it does not say is as it would be of a new one;
/// what the operator alone decides stays, but that it would be the tenant's own (`first_party`) and need no
/// challenge: whom that was said of is not known any more. None if somebody else changed it meanwhile.
///
/// # Errors
/// When it does not fit the tenant, or cannot be written.
pub async fn change(
    ctx: &Context,
    registration: &RegistrationPolicy,
    old: &Client,
    document: &Document,
    token: &str,
) -> Result<Option<Written>, Error> {
    let metadata = read(document)?;
    let (mut hashes, mut secret) = (secrets(old), None);
    if !metadata.method.shows_a_secret() {
        hashes = Box::default();
    } else if hashes.is_empty() {
        let made = secret.insert(new_secret(&*ctx.ports.entropy)?);
        hashes = [SecretHash::of(made)].into();
    }
    let native = metadata.native;
    let mut next = metadata.client(old.id.clone(), hashes, registration, &ctx.tenant.policy)?;
    next.version = old.version.next();
    next.not_before = old.not_before;
    next.disabled = old.disabled;
    next.audience = old.audience.clone();
    next.registered = old.registered.clone();
    if let Some(own) = &mut next.registered {
        own.native = native;
    }
    if next.kind != ClientKind::Public {
        next.introspects = old.introspects.clone();
    }
    if let (Some(next), Some(old)) = (&mut next.assertions, &old.assertions) {
        next.audience = old.audience;
    }
    if let (Some(next), Some(old)) = (&mut next.browser, &old.browser) {
        next.origins = old.origins.clone();
    }
    // RG-13: as a whole, whatever it was before.
    next.check(&ctx.tenant.policy).map_err(crate::error::MetadataFault::from)?;
    elsewhere::demand(ctx, &mut next).await?;
    // Whom it got to know by one name it does not learn another one of, in the name of another host.
    if elsewhere::names_differ(&next, old) {
        next.not_before = next.not_before.max(ctx.now.next());
    }
    demand_leave(ctx, &next, document).await?;
    let (ports, tenant, row) = (ctx.ports.clone(), ctx.tenant_id().clone(), next.clone());
    let (from, recorder) = (old.version, ctx.recorder());
    let work = async move {
        let id = row.id.clone();
        let change = ports.clients.change(&tenant, row, from).await?;
        if change == Change::Written {
            recorder.about_client(EventKind::RegistrationChanged, &id);
        }
        Ok::<_, Error>(change == Change::Written)
    };
    let written = ctx.ports.tasks.complete(work).await??;
    let token = RegistrationToken::from(token);
    Ok(written.then_some(Written { client: next, secret, token }))
}

fn secrets(client: &Client) -> Box<[SecretHash]> {
    match &client.kind {
        ClientKind::Public => Box::default(),
        ClientKind::Confidential { secrets, .. } => secrets.clone(),
    }
}
