//! What became of a session that the browser does not show any more.

use crate::context::Context;
use crate::error::Error;
use crate::types::{Session, Subject, TicketId};

/// What became of a session: in another window, perhaps, somebody signed in just now.
pub enum Former {
    /// This one took over from it, and is the same user's.
    TakenOver(Session),
    /// It is the same user's, and expired.
    Expired,
    /// The user has none of this name: it was ended, or is somebody else's.
    NotTheirs,
}

/// What became of a session of this `sid`, for a user who signs in where it was. Two windows that have
/// the user prove at once who they are send the cookie of before: the second one to arrive finds that row
/// replaced, and is followed by the name.
///
/// # Errors
/// When the store does not answer.
pub async fn former(ctx: &Context, sid: TicketId, subject: &Subject) -> Result<Former, Error> {
    let (visits, mut after, mut became) = (&ctx.ports.visits, None, Former::NotTheirs);
    loop {
        let page = visits.sessions(ctx.tenant_id(), Some(subject), after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(became) };
        after = Some(last.id);
        for session in page.into_iter().filter(|session| session.sid == sid) {
            if session.is_live(ctx.now) && session.proof.at >= ctx.tenant.not_before {
                return Ok(Former::TakenOver(session));
            }
            became = Former::Expired;
        }
    }
}

/// How many sessions of a user are looked through at a time.
const PAGE: usize = 100;
