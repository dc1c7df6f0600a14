//! A grant as one row: its whole life is a ticket with a version that every write raises.

use std::{fmt, sync::Arc};

use aws_lc_rs::digest::{Context, SHA256, digest};

use super::{
    Audiences, Authorized, Challenge, ClientId, RedirectUri, Scope, SenderKey, Subject, Timestamp,
    choices::choice,
};

/// The id of a row: 16 bytes of a hash, so it shows nothing and presents nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId([u8; 16]);

impl TicketId {
    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes, uniformly distributed.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketId({:032x})", u128::from_be_bytes(self.0))
    }
}

/// Counts the writes of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u64);

impl Version {
    /// The version after this one.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// Counts the tokens of a grant: 0 is the authorization code, n the n-th refresh token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u32);

impl Generation {
    /// The authorization code.
    pub const CODE: Self = Self(0);
    /// The first refresh token.
    pub const FIRST: Self = Self(1);

    /// The generation after this one.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// What a code is bound to beside its client: a hash of what must be shown again.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Binding([u8; 32]);

impl Binding {
    /// Bound to a redirect URI (RFC 6749 §4.1.3).
    pub fn to(redirect_uri: &RedirectUri) -> Self {
        Self::of(Some(redirect_uri), None)
    }

    /// Bound to a redirect URI, where the request named one, and to a challenge (RFC 7636 §4.6), where
    /// it held one. A verifier for a code without a challenge makes another binding (TK-11).
    pub fn of(redirect_uri: Option<&RedirectUri>, challenge: Option<&Challenge>) -> Self {
        let mut hash = Context::new(&SHA256);
        hash.update(b"grantry/1/binding\0");
        hash.update(redirect_uri.map_or("", RedirectUri::as_str).as_bytes());
        if let Some(challenge) = challenge {
            // No redirect URI holds this byte.
            hash.update(b"\0");
            hash.update(challenge.as_bytes());
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(hash.finish().as_ref());
        Self(bytes)
    }

    /// Bound to nothing that is shown again: whoever has the code of a device is the device.
    pub fn of_a_device() -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, b"grantry/1/binding/device").as_ref());
        Self(bytes)
    }

    /// From its bytes, as a store kept them.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Binding(…)")
    }
}

/// A grant: one authorization by one user to one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Which row.
    pub id: TicketId,
    /// Raised by every write.
    pub version: Version,
    /// Which of its tokens is the newest.
    pub generation: Generation,
    /// Live, or ended and why.
    pub state: TicketState,
    /// Whose tokens these are.
    pub client: ClientId,
    /// Who authorized.
    pub subject: Subject,
    /// What was granted; never widened.
    pub scope: Scope,
    /// Whom its access tokens may be meant for: what the client named (RFC 8707 §2.1), or its default.
    pub audience: Audiences,
    /// What must be shown with the code; nothing for a grant that began without one.
    pub binding: Option<Binding>,
    /// Whether there is a refresh token.
    pub refreshable: bool,
    /// When it was granted, by a user who was known then. What is taken away later takes it along.
    pub authenticated_at: Timestamp,
    /// The last write; a clock that steps back does not undo it.
    pub changed_at: Timestamp,
    /// The last rotation; [`Timestamp::EPOCH`] before the first.
    pub rotated_at: Timestamp,
    /// The row counts until here, exclusively, unless it is used again.
    pub expires_at: Timestamp,
    /// The absolute end, which no use moves and no access token outlives.
    pub ends_at: Timestamp,
    /// What it remembers of the browser that it was authorized in; nothing where it was not.
    pub authorized: Option<Arc<Authorized>>,
    /// The key that whoever shows its tokens proves to have (RFC 9449 §5, §10): of a code the one that the
    /// client named, of refresh tokens the one by which a public client redeemed the code. None for most grants.
    pub sender_key: Option<Box<SenderKey>>,
}

/// Whether a grant lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketState {
    /// It does.
    Live,
    /// It ended; the row stays as a tombstone until it expires.
    Ended(EndReason),
}

/// Why a grant ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndReason {
    /// A code or refresh token came back that had been replaced (RFC 9700 §4.14.2).
    Reused,
    /// A token of the future came: the store lost writes, or a ticket key leaked.
    RolledBack,
    /// Somebody in charge ended it.
    Revoked,
    /// Its code was shown with too many wrong verifiers (TK-13).
    Guessed,
    /// It never was one: a device asked, and its user said no (RFC 8628 §3.5).
    Denied,
}

choice!(
    /// The name in stores.
    EndReason,
    "a reason for the end of a grant",
    Reused = "reused",
    RolledBack = "rolled_back",
    Revoked = "revoked",
    Guessed = "guessed",
    Denied = "denied",
);

/// What one write sets; everything else of a ticket stays as it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// The generation from now on.
    pub generation: Generation,
    /// The state from now on.
    pub state: TicketState,
    /// Whether there is a refresh token from now on.
    pub refreshable: bool,
    /// The last rotation.
    pub rotated_at: Timestamp,
    /// Until when the row counts.
    pub expires_at: Timestamp,
    /// The key that its tokens are bound to from now on.
    pub sender_key: Option<SenderKey>,
}

/// Which tickets of a tenant to end or to list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Whose {
    /// One.
    One(TicketId),
    /// All of a user.
    Subject(Subject),
    /// All of a client.
    Client(ClientId),
    /// All that end with this session.
    Session(TicketId),
    /// All of the tenant.
    Tenant,
}

impl Ticket {
    /// Whether it is live and not expired; validity is half-open.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state == TicketState::Live && self.moment(now) < self.expires_at
    }

    /// The session that it ends with.
    pub fn session(&self) -> Option<TicketId> {
        self.authorized.as_ref().and_then(|authorized| authorized.session)
    }

    /// The moment a decision is taken at: never before the last write.
    pub fn moment(&self, now: Timestamp) -> Timestamp {
        now.max(self.changed_at)
    }

    /// What a write that ends the ticket sets.
    pub fn ended(&self, why: EndReason) -> Next {
        Next {
            generation: self.generation,
            state: TicketState::Ended(why),
            refreshable: self.refreshable,
            rotated_at: self.rotated_at,
            expires_at: self.expires_at,
            sender_key: self.sender_key.as_deref().copied(),
        }
    }

    /// Carries out a write.
    pub fn apply(&mut self, next: &Next, now: Timestamp) {
        self.changed_at = self.moment(now);
        self.version = self.version.next();
        self.generation = next.generation;
        self.state = next.state;
        self.refreshable = next.refreshable;
        self.rotated_at = next.rotated_at;
        self.expires_at = next.expires_at;
        if self.sender_key.as_deref() != next.sender_key.as_ref() {
            self.sender_key = next.sender_key.map(Box::new);
        }
    }

    /// Whether the ticket is one of those meant.
    pub fn is_of(&self, whose: &Whose) -> bool {
        match whose {
            Whose::One(id) => self.id == *id,
            Whose::Subject(subject) => self.subject == *subject,
            Whose::Client(client) => self.client == *client,
            Whose::Session(session) => self.session() == Some(*session),
            Whose::Tenant => true,
        }
    }
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
mod tests;
