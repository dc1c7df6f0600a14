//! The row of a request that waits for its user.

use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::ports::Change;
use crate::types::{
    AuthorizationRequest, Device, Generation, Login, Session, TicketId, Timestamp, Version,
};

/// A request that waits for its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Which row.
    pub id: TicketId,
    /// The step that the user is at.
    pub version: Version,
    /// The browser that began.
    pub browser: TicketId,
    /// When it began.
    pub began_at: Timestamp,
    /// When it is too late.
    pub expires_at: Timestamp,
    /// What was asked; it never changes.
    pub request: AuthorizationRequest,
    /// The row of the request that the client pushed, if it did; it is used up when this one is over.
    pub pushed: Option<TicketId>,
    /// The device that waits, where no client waits in this browser.
    pub device: Option<Device>,
    /// How far the user is.
    pub progress: Progress,
}

/// How far a user is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The session that the pages so far were shown to (LG-17), by its `id`: what was proven in it is not
    /// proven by one that took over.
    pub session: Option<TicketId>,
    /// The `sid` of that session.
    pub sid: Option<TicketId>,
    /// Whether the user proved who they are for this request.
    pub fresh: bool,
    /// Whether the user chose to go on as who they are.
    pub chosen: bool,
    /// Whether the user wants to go on as somebody else, and has not signed in as them yet.
    pub switching: bool,
    /// Whom the host signed in, until the browser comes back.
    pub login: Option<Login>,
    /// Whether the host says that the user does not want to.
    pub refused: bool,
    /// Whether it is over.
    pub done: bool,
}

impl Progress {
    /// Of a user in this session, who has done nothing yet.
    pub fn of(session: &Session) -> Self {
        Self { session: Some(session.id), sid: Some(session.sid), ..Self::default() }
    }
}

/// A request that its client pushed (RFC 9126).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Which row.
    pub id: TicketId,
    /// Raised by every write.
    pub version: Version,
    /// From when on no browser may bring its reference any more.
    pub until: Timestamp,
    /// Whether one did.
    pub opened: bool,
    /// Whether the client had its answer.
    pub used: bool,
    /// What was asked; it never changes.
    pub request: AuthorizationRequest,
}

impl Interaction {
    /// The generation of the handle that counts now.
    pub fn step(&self) -> Generation {
        Generation(u32::try_from(self.version.0).unwrap_or(u32::MAX))
    }

    /// Writes how far the user is now, if nobody else answered meanwhile.
    ///
    /// # Errors
    /// [`InteractionFault::Gone`] if somebody did; when the store does not answer.
    pub async fn go_on(&self, ctx: &Context, progress: Progress) -> Result<Self, Error> {
        let next = Self { version: self.version.next(), progress, ..self.clone() };
        let visits = &ctx.ports.visits;
        match visits.go_on(ctx.tenant_id(), next.encode()?, self.version).await? {
            Change::Written => Ok(next),
            Change::Lost => Err(InteractionFault::Gone.into()),
        }
    }
}
