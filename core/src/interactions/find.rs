//! A browser comes with a handle.

use http::HeaderMap;

use super::{Interaction, begin::browser};
use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::tokens::{OpaqueToken, print, recognise};
use crate::types::{TokenKind, Version};

/// A request that waits, as a browser shows it.
pub struct Shown {
    /// The request.
    pub interaction: Interaction,
    /// Whether the handle is of the step that the user is at, and not of one before.
    pub is_current: bool,
    token: OpaqueToken,
}

impl Shown {
    /// The handle of the step that the user is at.
    ///
    /// # Errors
    /// When the keyring does not answer.
    pub async fn handle(&self, ctx: &Context) -> Result<String, Error> {
        self.handle_of(ctx, &self.interaction).await
    }

    /// The handle of a later step.
    ///
    /// # Errors
    /// As [`Shown::handle`].
    pub async fn handle_of(&self, ctx: &Context, later: &Interaction) -> Result<String, Error> {
        print(ctx, TokenKind::Interaction, &self.token.at(later.step())).await
    }
}

/// Recognises a handle.
///
/// # Errors
/// [`InteractionFault::Gone`] for what is none; when the keyring does not answer.
pub(super) async fn parse_handle(
    ctx: &Context,
    handle: Option<&str>,
) -> Result<OpaqueToken, Error> {
    let token = match handle {
        Some(text) => recognise(ctx, TokenKind::Interaction, text).await?,
        None => None,
    };
    Ok(token.ok_or(InteractionFault::Gone)?)
}

/// The request that a handle names, whichever browser has it.
///
/// # Errors
/// [`InteractionFault::Gone`] for one that is over; when the store does not answer.
pub(super) async fn read(ctx: &Context, token: OpaqueToken) -> Result<Shown, Error> {
    let id = token.ticket_id(ctx.tenant_id());
    let parked = ctx.ports.visits.parked(ctx.tenant_id(), id).await?;
    let interaction = parked.and_then(|parked| Interaction::decode(&parked));
    let waits = |one: &Interaction| ctx.now < one.expires_at && !one.progress.done;
    let interaction = interaction.filter(waits).ok_or(InteractionFault::Gone)?;
    let is_current = interaction.step() == token.generation;
    // A handle of a later step than there is: the store lost writes.
    if Version(token.generation.0.into()) > interaction.version {
        return Err(InteractionFault::Gone.into());
    }
    Ok(Shown { interaction, is_current, token })
}

/// The request that a handle names, in the browser that began it (LG-23).
///
/// # Errors
/// [`InteractionFault::Gone`]; [`InteractionFault::OtherBrowser`]; when the store does not answer.
pub async fn find(
    ctx: &Context,
    headers: &HeaderMap,
    handle: Option<&str>,
) -> Result<Shown, Error> {
    let shown = read(ctx, parse_handle(ctx, handle).await?).await?;
    match browser(ctx, headers).await? {
        Some(browser) if browser == shown.interaction.browser => Ok(shown),
        _ => Err(InteractionFault::OtherBrowser.into()),
    }
}
