//! Requests that clients push before they send the browser (RFC 9126): the browser brings a reference, and
//! nothing of the request itself.
//!
//! Such a request is a row beside those that wait for their users. It can be opened for a minute or so, as
//! often as somebody reloads the page, and is used up when the client has its answer.

use std::time::Duration;

use super::row::Pushed;
use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::ports::{Change, Create};
use crate::tokens::{OpaqueToken, Seed, print, recognise};
use crate::types::{
    AuthorizationRequest, ClientId, Generation, TicketId, TokenKind, Version, limits,
};
use crate::wire;

/// How often a row is read again because somebody else wrote it in between: it is opened once and used up
/// once.
const ROUNDS: usize = 4;

/// Keeps a request. Returns the reference, and how long it can be opened.
///
/// # Errors
/// When the store or the keyring does not answer, or there is no chance to be had.
pub async fn push(
    ctx: &Context,
    request: AuthorizationRequest,
) -> Result<(String, Duration), Error> {
    // PR-08: 128 bits of chance and a MAC, of which the row has a hash.
    let token = OpaqueToken::new(Seed::new(ctx.ports.entropy.bytes()?), Generation::CODE);
    let lifetime = ctx.tenant.policy.browser.pushed_request_lifetime;
    let pushed = Pushed {
        id: token.ticket_id(ctx.tenant_id()),
        version: Version::default(),
        until: ctx.now.plus(lifetime),
        opened: false,
        used: false,
        request,
    };
    match ctx.ports.visits.park(ctx.tenant_id(), pushed.encode()?).await? {
        Create::Created => {}
        // Two of 2¹²⁸ seeds met: the random generator does not generate.
        Create::Conflict => return Err(Error::Internal),
    }
    let reference = print(ctx, TokenKind::RequestUri, &token).await?;
    Ok((format!("{}{reference}", wire::REQUEST_URI), lifetime))
}

/// The request that a reference of this client's names, for a browser that brings it (RFC 9126 §4). Its row
/// is kept for as long as the user may take from now on, so that it is known to be used up afterwards.
///
/// # Errors
/// [`Error::RequestUri`] for one that is none, has expired, was used, or is another client's; when the store
/// does not answer.
pub async fn open(ctx: &Context, client: &ClientId, reference: &str) -> Result<Pushed, Error> {
    let reference = reference.strip_prefix(wire::REQUEST_URI).ok_or(Error::RequestUri)?;
    let token = recognise(ctx, TokenKind::RequestUri, reference).await?.ok_or(Error::RequestUri)?;
    let id = token.ticket_id(ctx.tenant_id());
    for _ in 0..ROUNDS {
        let found = read(ctx, id).await?.filter(|pushed| pushed.request.client == *client);
        let pushed = found.ok_or(Error::RequestUri)?;
        if pushed.used || ctx.now >= pushed.until {
            return Err(Error::RequestUri);
        }
        if pushed.opened || write(ctx, &pushed, Pushed { opened: true, ..pushed.clone() }).await? {
            return Ok(pushed);
        }
    }
    Err(Error::Internal)
}

/// Uses a request up: of two browsers, or tabs, that come to its end, one does.
///
/// # Errors
/// [`InteractionFault::Gone`] where it was used up; when the store does not answer.
pub async fn use_up(ctx: &Context, id: TicketId) -> Result<(), Error> {
    for _ in 0..ROUNDS {
        let found = read(ctx, id).await?.filter(|pushed| !pushed.used);
        let pushed = found.ok_or(InteractionFault::Gone)?;
        if write(ctx, &pushed, Pushed { used: true, ..pushed.clone() }).await? {
            return Ok(());
        }
    }
    Err(Error::Internal)
}

async fn read(ctx: &Context, id: TicketId) -> Result<Option<Pushed>, Error> {
    let parked = ctx.ports.visits.parked(ctx.tenant_id(), id).await?;
    Ok(parked.and_then(|parked| Pushed::decode(&parked)))
}

async fn write(ctx: &Context, old: &Pushed, next: Pushed) -> Result<bool, Error> {
    let next = Pushed { version: old.version.next(), ..next };
    let change = ctx.ports.visits.go_on(ctx.tenant_id(), next.encode()?, old.version).await?;
    Ok(change == Change::Written)
}

impl Pushed {
    /// When the row may go: an opened one when nobody can come to its end any more.
    pub(super) fn expires_at(&self) -> crate::types::Timestamp {
        match self.opened || self.used {
            true => self.until.plus(limits::INTERACTION_LIFETIME),
            false => self.until,
        }
    }
}
