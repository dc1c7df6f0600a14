//! A request is parked.

use http::HeaderMap;

use super::{Interaction, Progress};
use crate::context::Context;
use crate::error::Error;
use crate::ports::Create;
use crate::tokens::{OpaqueToken, Seed, print, recognise};
use crate::types::{AuthorizationRequest, Generation, TicketId, TokenKind, Version, limits};
use crate::wire;

/// A request that was parked.
#[derive(Debug)]
pub struct Begun {
    /// Its handle, for the URL of the page.
    pub handle: String,
    /// What the browser is to be known again by, where it was not known before.
    pub browser: Option<String>,
}

/// Parks a request for the browser that made it, or brought a reference to it.
///
/// # Errors
/// When the store does not answer, or there is no chance to be had.
pub async fn park(
    ctx: &Context,
    headers: &HeaderMap,
    request: AuthorizationRequest,
    pushed: Option<TicketId>,
    progress: Progress,
) -> Result<Begun, Error> {
    let seed = || Ok::<_, Error>(Seed::new(ctx.ports.entropy.bytes()?));
    let token = OpaqueToken::new(seed()?, Generation::CODE);
    let known = browser(ctx, headers).await?;
    let (browser, cookie) = match known {
        Some(known) => (known, None),
        None => {
            let new = OpaqueToken::new(seed()?, Generation::CODE);
            let text = print(ctx, TokenKind::Browser, &new).await?;
            (new.ticket_id(ctx.tenant_id()), Some(text))
        }
    };
    let interaction = Interaction {
        id: token.ticket_id(ctx.tenant_id()),
        version: Version::default(),
        browser,
        began_at: ctx.now,
        expires_at: ctx.now.plus(limits::INTERACTION_LIFETIME),
        request,
        pushed,
        progress,
    };
    match ctx.ports.visits.park(ctx.tenant_id(), interaction.encode()?).await? {
        Create::Created => {}
        // Two of 2¹²⁸ seeds met: the random generator does not generate.
        Create::Conflict => return Err(Error::Internal),
    }
    Ok(Begun { handle: print(ctx, TokenKind::Interaction, &token).await?, browser: cookie })
}

/// The browser, if it is known.
pub(super) async fn browser(ctx: &Context, headers: &HeaderMap) -> Result<Option<TicketId>, Error> {
    let text = wire::cookie(headers, TokenKind::Browser, &ctx.issuer, ctx.tenant_id());
    let Some(text) = text else { return Ok(None) };
    let token = recognise(ctx, TokenKind::Browser, text).await?;
    Ok(token.map(|token| token.ticket_id(ctx.tenant_id())))
}
