//! A user signs out.

use crate::context::Context;
use crate::error::Error;
use crate::ports::EventKind;
use crate::types::{Session, TicketId, Whose};

/// Ends what is called so, and the grants that end with it, where the policy says so. What begins is
/// carried through: the grants first, so that none is left behind where the second step fails and the user
/// asks again.
///
/// # Errors
/// When a store does not answer.
pub async fn end(ctx: &Context, sid: TicketId) -> Result<(), Error> {
    let ctx = ctx.clone();
    let tasks = ctx.ports.tasks.clone();
    let work = async move {
        let tenant = ctx.tenant_id();
        if ctx.tenant.policy.browser.session_ends_grants {
            ctx.ports.ledger.end(tenant, Whose::Session(sid), ctx.now).await?;
        }
        if let Some(subject) = ctx.ports.visits.end(tenant, sid).await? {
            ctx.recorder().about_user(EventKind::SignedOut, &subject);
        }
        Ok(())
    };
    tasks.complete(work).await?
}

/// A browser has a new session in place of this one. Somebody else's ends as if they had signed out; the
/// same user only proved who they are once more, so their grants stay, to end with the new one.
///
/// # Errors
/// When a store does not answer.
pub async fn replace(ctx: &Context, old: &Session, new: &Session) -> Result<(), Error> {
    if old.subject == new.subject {
        ctx.ports.visits.forget(ctx.tenant_id(), old.id).await?;
        return Ok(());
    }
    end(ctx, old.sid).await
}
