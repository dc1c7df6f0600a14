//! Rows of a user in a browser: what was asked, who is signed in, what they allowed.

use std::fmt;

use super::{Audiences, ClientId, Scope, Subject, TicketId, Timestamp, Version};

/// A request for authorization that waits for its user. What it holds is the core's own; a store keeps
/// it as bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Parked {
    /// Which row.
    pub id: TicketId,
    /// Raised by every write: the step that the user is at.
    pub version: Version,
    /// It counts until here, exclusively.
    pub expires_at: Timestamp,
    /// The request, and how far its user is.
    pub body: Box<[u8]>,
}

/// A user who is signed in, in one browser (OpenID Connect Core calls it an End-User session).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which row. A new one at each sign-in.
    pub id: TicketId,
    /// What grants, ID tokens (`sid`) and lists call it: the `id` of the first of the sessions of this user
    /// in this browser, of which one took over from the other.
    pub sid: TicketId,
    /// Raised by every write.
    pub version: Version,
    /// Who.
    pub subject: Subject,
    /// What pages call them: the name they signed in by, unless the host gave another.
    pub name: Box<str>,
    /// When and how they proved who they are.
    pub proof: Proof,
    /// When a request last came with it, give or take a minute.
    pub seen_at: Timestamp,
    /// It counts until here, exclusively, unless it is used again.
    pub expires_at: Timestamp,
    /// The absolute end, which no use moves.
    pub ends_at: Timestamp,
}

/// When and how a user proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// When (`auth_time`).
    pub at: Timestamp,
    /// By what (`amr`, RFC 8176), such as `pwd`.
    pub methods: Box<[Box<str>]>,
    /// How well (`acr`), in the words of the host.
    pub class: Option<Box<str>>,
}

/// What a grant remembers that a user authorized in the browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorized {
    /// The session that it ends with, by its `sid`.
    pub session: Option<TicketId>,
    /// When and how the user proved who they are.
    pub proof: Proof,
    /// The client's nonce, for the ID token that the code is exchanged for.
    pub nonce: Option<Box<str>>,
    /// The `claims` parameter, as it was sent.
    pub claims: Option<Box<str>>,
}

/// What a user allowed a client, so that they are not asked again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Who.
    pub subject: Subject,
    /// Whom.
    pub client: ClientId,
    /// What.
    pub scope: Scope,
    /// Where, if that is not where the client's tokens are for by default.
    pub audience: Option<Audiences>,
    /// When last.
    pub given_at: Timestamp,
}

impl Session {
    /// Whether it counts; validity is half-open.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

/// Without what is between the client and its user: grants are printed where nobody thinks of that.
impl fmt::Debug for Authorized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized")
            .field("session", &self.session)
            .field("proof", &self.proof)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Parked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parked")
            .field("id", &self.id)
            .field("version", &self.version)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
