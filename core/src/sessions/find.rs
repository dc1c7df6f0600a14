//! Who is signed in.

use http::HeaderMap;

use crate::context::Context;
use crate::error::Error;
use crate::tokens::{OpaqueToken, recognise};
use crate::types::{Session, TokenKind, Version, limits};
use crate::wire;

/// A session that counts, and what the browser showed of it.
#[derive(Clone)]
pub struct Found {
    /// The session.
    pub session: Session,
    /// What the browser showed.
    pub token: OpaqueToken,
}

/// The session of this browser, if it has one that counts: neither it nor its user has ended, and the
/// tenant has not ended everything since.
///
/// # Errors
/// When a store does not answer.
pub async fn find(ctx: &Context, headers: &HeaderMap) -> Result<Option<Found>, Error> {
    let Some(text) = wire::cookie(headers, TokenKind::Session, &ctx.issuer, ctx.tenant_id()) else {
        return Ok(None);
    };
    let Some(token) = recognise(ctx, TokenKind::Session, text).await? else { return Ok(None) };
    let id = token.ticket_id(ctx.tenant_id());
    let Some(session) = ctx.ports.visits.session(ctx.tenant_id(), id).await? else {
        return Ok(None);
    };
    if !session.is_live(ctx.now) || session.proof.at < ctx.tenant.not_before {
        return Ok(None);
    }
    let standing = ctx.ports.users.standing(ctx.tenant_id(), &session.subject).await?;
    Ok(standing.allows(session.proof.at).then_some(Found { session, token }))
}

/// Notes that a session was used, at most once a minute. Of two who do so at once one is enough, and
/// one that was ended meanwhile stays so.
///
/// # Errors
/// When the store does not answer.
pub async fn touch(ctx: &Context, session: &Session) -> Result<(), Error> {
    if ctx.now.since(session.seen_at) < limits::SESSION_TOUCH {
        return Ok(());
    }
    let idle = ctx.now.plus(ctx.tenant.policy.browser.session_idle_lifetime);
    let next = Session {
        version: Version::next(session.version),
        seen_at: ctx.now,
        expires_at: idle.max(session.expires_at).min(session.ends_at),
        ..session.clone()
    };
    ctx.ports.visits.touch(ctx.tenant_id(), next, session.version).await?;
    Ok(())
}
