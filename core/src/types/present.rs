//! The one table that decides what a presented code or refresh token means.

use std::time::Duration;

use super::{
    Binding, ClientId, EndReason, Generation, Next, SenderKey, Ticket, TicketState, Timestamp,
};

/// What somebody shows of a grant, with the rules of the tenant that apply to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presentation {
    /// The generation that the token names.
    pub generation: Generation,
    /// The client that presents it.
    pub client: ClientId,
    /// Computed from the request; compared at generation 0 alone.
    pub binding: Option<Binding>,
    /// Whether the client authenticated, so that a late retry can only be its own. Its refresh tokens are
    /// bound to that, and others' to the key below (RFC 9449 §5).
    pub authenticated: bool,
    /// The key that whoever presents it proved to have, if any.
    pub sender: Option<SenderKey>,
    /// Whether this client's refresh tokens are replaced when used.
    pub rotates: bool,
    /// Whether the grant hands out a refresh token when its code is redeemed.
    pub refreshable: bool,
    /// How long a retry gets the same successor.
    pub window: Duration,
    /// How long the access token of the answer is valid, with the leeway of resource servers.
    pub access: Duration,
    /// How long the refresh token of the answer may lie unused.
    pub idle: Duration,
    /// A grant authenticated before this moment is dead.
    pub not_before: Timestamp,
}

/// What the presentation came to. Each but the last carries the ticket as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The code was used for the first time.
    Redeemed(Ticket),
    /// The refresh token stays; answer it again.
    Held(Ticket),
    /// The refresh token was replaced.
    Rotated(Ticket),
    /// A retry: answer the successor that was already made.
    Retried(Ticket),
    /// A token that had been replaced: the grant is over.
    Reused(Ticket),
    /// A token of the future: the grant is over.
    RolledBack(Ticket),
    /// Unknown, dead, expired, or not this client's. Nothing changed.
    Refused,
}

/// A verdict of the table: the name of the outcome, and what to write.
type Verdict = (fn(Ticket) -> Presented, Next);

/// Decides. The row is changed only if there is something to write; a store must make sure that
/// nobody else wrote in between.
///
/// Returns `None` where the presentation is refused and nothing changes.
pub fn judge(ticket: &Ticket, shown: &Presentation, now: Timestamp) -> Option<Verdict> {
    let (p, c) = (shown.generation, ticket.generation);
    if !may_present(ticket, shown, now) {
        return None;
    }
    let at = ticket.moment(now);
    let within = at.since(ticket.rotated_at) < shown.window;
    // Of a key that the tokens are bound to, it has been seen that it is theirs.
    let proven = shown.authenticated || ticket.sender_key.is_some();
    Some(if p == c && p == Generation::CODE {
        (Presented::Redeemed, on(ticket, shown, at, Generation::FIRST))
    } else if p == c && (within || !shown.rotates) {
        (Presented::Held, on(ticket, shown, at, c))
    } else if p == c {
        (Presented::Rotated, Next { rotated_at: at, ..on(ticket, shown, at, c.next()) })
    } else if p != Generation::CODE && p.next() == c && (within || proven) {
        (Presented::Retried, on(ticket, shown, at, c))
    } else if p > c {
        (Presented::RolledBack, ticket.ended(EndReason::RolledBack))
    } else {
        (Presented::Reused, ticket.ended(EndReason::Reused))
    })
}

/// Everything that is checked before the generation, and changes nothing where it fails: only the
/// proven owner can end a grant.
fn may_present(ticket: &Ticket, shown: &Presentation, now: Timestamp) -> bool {
    let code = shown.generation == Generation::CODE;
    ticket.is_live(now)
        && ticket.client == shown.client
        && ticket.authenticated_at >= shown.not_before
        && (!code || ticket.binding.is_some() && ticket.binding == shown.binding)
        && (code || ticket.generation == Generation::CODE || ticket.refreshable)
        // RFC 9449 §5, §10
        && ticket.sender_key.as_deref().is_none_or(|own| shown.sender.as_ref() == Some(own))
}

/// A write that keeps the grant going: it lives as long as the access token that is about to be
/// minted, or as its refresh token may lie unused, and never beyond its end.
fn on(ticket: &Ticket, shown: &Presentation, at: Timestamp, generation: Generation) -> Next {
    let first = ticket.generation == Generation::CODE;
    let refreshable = if first { shown.refreshable } else { ticket.refreshable };
    let idle = if refreshable { at.plus(shown.idle) } else { at };
    let sender_key = match first {
        // RFC 9449 §5: a client that authenticates is bound by that alone, and may use another key next time.
        true => shown.sender.filter(|_| !shown.authenticated),
        false => ticket.sender_key.as_deref().copied(),
    };
    let until = at.plus(shown.access).max(idle).max(ticket.expires_at);
    Next {
        generation,
        state: TicketState::Live,
        refreshable,
        rotated_at: ticket.rotated_at,
        expires_at: until.min(ticket.ends_at),
        sender_key,
    }
}

#[cfg(test)]
#[path = "present_tests.rs"]
mod tests;
