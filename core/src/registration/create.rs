//! A client registers itself (RFC 7591 §3).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Admitted, PREFIX, Written, chance, count, demand_leave, elsewhere, new_secret};
use crate::client_metadata::{ClientMetadata, Document, read};
use crate::context::{Context, Recorder};
use crate::error::Error;
use crate::ports::{Create, EventKind, Ports};
use crate::types::{
    Client, ClientId, Registration, RegistrationPolicy, RegistrationToken, SecretHash, Version,
};

/// Writes the client. None if the token that let it in has been used by somebody else in the meantime.
///
/// # Errors
/// When it does not fit the tenant, there is no room for it, or it cannot be written.
pub async fn create(
    ctx: &Context,
    registration: &RegistrationPolicy,
    admitted: Admitted,
    document: &Document,
) -> Result<Option<Written>, Error> {
    let mut written = client(ctx, registration, read(document)?)?;
    elsewhere::demand(ctx, &mut written.client).await?;
    demand_leave(ctx, &written.client, document).await?;
    let (ports, tenant, now) = (ctx.ports.clone(), ctx.tenant_id().clone(), ctx.now);
    let (registration, recorder) = (registration.clone(), ctx.recorder());
    let work = async move {
        if !count::has_room(&ports, &tenant, &registration, 1).await? {
            count::forget_unused(&ports, &tenant, &registration, now).await?;
            if !count::has_room(&ports, &tenant, &registration, 1).await? {
                return Err(Error::RegistrationFull);
            }
        }
        if !admitted.consume(&ports.seen, &tenant, now).await? {
            return Ok(None);
        }
        keep(&ports, &tenant, &registration, &written.client, recorder).await?;
        Ok(Some(written))
    };
    ctx.ports.tasks.complete(work).await?
}

/// Whoever runs this runs to completion.
async fn keep(
    ports: &Ports,
    tenant: &crate::types::TenantId,
    registration: &RegistrationPolicy,
    client: &Client,
    recorder: Recorder,
) -> Result<(), Error> {
    if ports.clients.create(tenant, client.clone()).await? == Create::Conflict {
        return Err(Error::Internal);
    }
    // Of many who register at once each sees at least those that were written before it.
    if !count::has_room(ports, tenant, registration, 0).await? {
        ports.clients.delete(tenant, &client.id).await?;
        return Err(Error::RegistrationFull);
    }
    recorder.about_client(EventKind::ClientRegistered, &client.id);
    Ok(())
}

fn client(
    ctx: &Context,
    registration: &RegistrationPolicy,
    metadata: ClientMetadata,
) -> Result<Written, Error> {
    let entropy = &*ctx.ports.entropy;
    // TK-24: no user is called so, since nobody has ever drawn it before.
    let id = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(entropy.bytes::<16>()?));
    let id: ClientId = id.parse().map_err(|_| Error::Internal)?;
    let secret = metadata.method.shows_a_secret().then(|| new_secret(entropy)).transpose()?;
    let token = format!("grt_ra_{}", chance(entropy)?);
    let (native, hashes) = (metadata.native, secret.iter().map(SecretHash::of).collect());
    let mut client = metadata.client(id, hashes, registration, &ctx.tenant.policy)?;
    // As of every other client: not from the start.
    client.version = Version(u64::from_be_bytes(entropy.bytes()?) >> 2);
    client.not_before = ctx.now;
    let mut own = Registration::new(ctx.now, SecretHash::of(&token.as_str().into()));
    own.native = native;
    client.registered = Some(Box::new(own));
    Ok(Written { client, secret, token: RegistrationToken::new(token) })
}
