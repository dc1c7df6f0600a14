//! A device asks (RFC 8628 §3.1), and a person comes with the code that it shows.

use std::sync::Arc;

use super::{codes, row};
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::ports::{Create, TicketKey};
use crate::tokens::{OpaqueToken, Seed};
use crate::types::{
    Caller, Device, DeviceAnswer, DeviceCode, DeviceRequest, Generation, GrantType, TokenKind,
    UserCode, Wanted,
};

/// How often another code is made because somebody else waits under it: of 2.56 · 10¹⁰ few are in use.
const ROUNDS: usize = 4;

/// Makes the codes of a device, and keeps what it asked for.
///
/// # Errors
/// Where client or tenant may not have that; [`Error::TooManyDevices`]; when a store or the keyring does not answer.
pub async fn ask_device(
    ctx: &Context,
    caller: &Caller,
    wanted: Wanted,
) -> Result<DeviceAnswer, Error> {
    let (rules, client) = (&ctx.tenant.policy, &*caller.client);
    policy::may_use(client, GrantType::DeviceCode)?;
    let reach = policy::granted(rules, client, GrantType::DeviceCode, &wanted)?;
    count(ctx, caller)?;
    let key = key(ctx, None).await?.ok_or(Error::Internal)?;
    let expires_in = rules.browser.device_code_lifetime;
    for _ in 0..ROUNDS {
        // DV-08: 128 bits of chance and a MAC, of which no store has more than a hash.
        let token = OpaqueToken::new(Seed::new(ctx.ports.entropy.bytes()?), Generation::CODE);
        let device = Device {
            grant: token.ticket_id(ctx.tenant_id()),
            key: key.id(),
            source: ctx.source.map(|source| source.to_string().into()),
            expires_at: ctx.now.plus(expires_in),
        };
        let user_code = codes::user_code(&key, device.grant)?;
        let asked = DeviceRequest {
            device,
            client: client.id.clone(),
            scope: reach.scope.clone(),
            resource: wanted.resource.clone(),
        };
        let parked = row::encode(codes::row_of(&key, &user_code), &asked)?;
        if ctx.ports.visits.park(ctx.tenant_id(), parked).await? == Create::Created {
            let device_code = DeviceCode::new(token.print(&key, TokenKind::DeviceCode));
            let interval = rules.browser.device_poll_interval;
            return Ok(DeviceAnswer { device_code, user_code, expires_in, interval });
        }
    }
    // The random generator does not generate.
    Err(Error::Internal)
}

/// No client fills the store.
fn count(ctx: &Context, caller: &Caller) -> Result<(), Error> {
    let (asked, client) = (&ctx.ports.devices.asked, &caller.client);
    let within = ctx.tenant.policy.browser.device_code_lifetime;
    let room = asked.count(ctx.tenant_id(), client, ctx.source, ctx.now, within);
    room.map_err(|retry_after| Error::TooManyDevices { retry_after })
}

/// The device that waits under a code, if its user has not decided yet.
///
/// # Errors
/// When a store or the keyring does not answer.
pub async fn find_device(ctx: &Context, code: &UserCode) -> Result<Option<DeviceRequest>, Error> {
    let Some(newest) = key(ctx, None).await? else { return Ok(None) };
    // The key may have been replaced since the code was made.
    let before = match newest.id() {
        0 | 1 => u8::MAX,
        number => number - 1,
    };
    let mut found = under(ctx, &newest, code).await?;
    if found.is_none()
        && let Some(before) = key(ctx, Some(before)).await?
    {
        found = under(ctx, &before, code).await?;
    }
    let Some(found) = found else { return Ok(None) };
    let decided = ctx.ports.ledger.read(ctx.tenant_id(), found.device.grant).await?;
    Ok(decided.is_none().then_some(found))
}

/// The code that a device shows, for its user to compare.
///
/// # Errors
/// When the keyring does not answer.
pub async fn shown_code(ctx: &Context, device: &Device) -> Result<Option<UserCode>, Error> {
    match key(ctx, Some(device.key)).await? {
        Some(key) => Ok(Some(codes::user_code(&key, device.grant)?)),
        None => Ok(None),
    }
}

/// What waits under a code of this key.
pub(super) async fn under(
    ctx: &Context,
    key: &TicketKey,
    code: &UserCode,
) -> Result<Option<DeviceRequest>, Error> {
    let id = codes::row_of(key, code);
    let parked = ctx.ports.visits.parked(ctx.tenant_id(), id).await?;
    let asked = parked.as_ref().and_then(row::decode);
    Ok(asked.filter(|asked| ctx.now < asked.device.expires_at))
}

pub(super) async fn key(
    ctx: &Context,
    number: Option<u8>,
) -> Result<Option<Arc<TicketKey>>, Error> {
    Ok(ctx.ports.keyring.ticket_key(ctx.tenant_id(), number, ctx.now).await?)
}
