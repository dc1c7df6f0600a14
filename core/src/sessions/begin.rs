//! A user signs in: a new session, whatever the browser had before (LG-11).

use crate::context::Context;
use crate::error::Error;
use crate::ports::{Create, EventKind};
use crate::tokens::{OpaqueToken, Seed};
use crate::types::{Generation, Proof, Session, Subject, Version};

/// A session that counts for nothing until it is kept, with what the browser is to show of it. One that
/// takes over from a session of the same user keeps its `sid`.
///
/// # Errors
/// When there is no chance to be had.
pub fn prepare(
    ctx: &Context,
    subject: Subject,
    name: &str,
    proof: Proof,
    before: Option<&Session>,
) -> Result<(Session, OpaqueToken), Error> {
    let token = OpaqueToken::new(Seed::new(ctx.ports.entropy.bytes()?), Generation::CODE);
    let policy = &ctx.tenant.policy.browser;
    let ends_at = ctx.now.plus(policy.session_lifetime);
    let id = token.ticket_id(ctx.tenant_id());
    let before = before.filter(|before| before.subject == subject);
    let session = Session {
        id,
        sid: before.map_or(id, |before| before.sid),
        version: Version::default(),
        subject,
        name: name.into(),
        proof,
        seen_at: ctx.now,
        expires_at: ctx.now.plus(policy.session_idle_lifetime).min(ends_at),
        ends_at,
    };
    Ok((session, token))
}

/// Keeps a session, and tells of it also if the browser has left meanwhile.
///
/// # Errors
/// When the store does not answer.
pub async fn begin(ctx: &Context, session: &Session) -> Result<(), Error> {
    let (ctx, session) = (ctx.clone(), session.clone());
    let tasks = ctx.ports.tasks.clone();
    let work = async move {
        match ctx.ports.visits.begin(ctx.tenant_id(), session.clone()).await? {
            Create::Created => {}
            // Two of 2¹²⁸ seeds met: the random generator does not generate.
            Create::Conflict => return Err(Error::Internal),
        }
        ctx.recorder().about_user(EventKind::SignedIn, &session.subject);
        Ok(())
    };
    tasks.complete(work).await?
}
