//! A request is parked.

use http::HeaderMap;

use super::{Interaction, Progress};
use crate::context::Context;
use crate::error::Error;
use crate::ports::Create;
use crate::tokens::{OpaqueToken, Seed, print, recognise};
use crate::types::{
    AuthorizationRequest, Device, Generation, TicketId, TokenKind, Version, limits,
};
use crate::wire;

/// A request that was parked.
#[derive(Debug)]
pub struct Begun {
    /// Its handle, for the URL of the page.
    pub handle: String,
    /// What the browser is to be known again by, where it was not known before.
    pub browser: Option<String>,
}

/// What is parked.
#[derive(Debug)]
pub struct Parking {
    /// What was asked.
    pub request: AuthorizationRequest,
    /// The row in which its client pushed it, if it did.
    pub pushed: Option<TicketId>,
    /// The device that waits, if one does.
    pub device: Option<Device>,
    /// How far its user is.
    pub progress: Progress,
}

/// Parks a request for the browser that made it, or brought a reference to it.
///
/// # Errors
/// When the store does not answer, or there is no chance to be had.
pub async fn park(ctx: &Context, headers: &HeaderMap, parking: Parking) -> Result<Begun, Error> {
    let token = OpaqueToken::new(Seed::new(ctx.ports.entropy.bytes()?), Generation::CODE);
    let (browser, cookie) = match browser(ctx, headers).await? {
        Some(known) => (known, None),
        None => {
            let (new, text) = new_browser(ctx).await?;
            (new, Some(text))
        }
    };
    let Parking { request, pushed, device, progress } = parking;
    let latest = ctx.now.plus(limits::INTERACTION_LIFETIME);
    let interaction = Interaction {
        id: token.ticket_id(ctx.tenant_id()),
        version: Version::default(),
        browser,
        began_at: ctx.now,
        expires_at: device.as_ref().map_or(latest, |device| device.expires_at.min(latest)),
        request,
        pushed,
        device,
        progress,
    };
    match ctx.ports.visits.park(ctx.tenant_id(), interaction.encode()?).await? {
        Create::Created => {}
        // Two of 2¹²⁸ seeds met: the random generator does not generate.
        Create::Conflict => return Err(Error::Internal),
    }
    Ok(Begun { handle: print(ctx, TokenKind::Interaction, &token).await?, browser: cookie })
}

/// A browser that was not known before, and what it is to be known again by.
///
/// # Errors
/// When the keyring does not answer, or there is no chance to be had.
pub async fn new_browser(ctx: &Context) -> Result<(TicketId, String), Error> {
    let new = OpaqueToken::new(Seed::new(ctx.ports.entropy.bytes()?), Generation::CODE);
    let text = print(ctx, TokenKind::Browser, &new).await?;
    Ok((new.ticket_id(ctx.tenant_id()), text))
}

/// The browser, if it is known.
///
/// # Errors
/// When the keyring does not answer.
pub async fn browser(ctx: &Context, headers: &HeaderMap) -> Result<Option<TicketId>, Error> {
    let text = wire::cookie(headers, TokenKind::Browser, &ctx.issuer, ctx.tenant_id());
    let Some(text) = text else { return Ok(None) };
    let token = recognise(ctx, TokenKind::Browser, text).await?;
    Ok(token.map(|token| token.ticket_id(ctx.tenant_id())))
}
