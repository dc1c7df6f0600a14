//! One key takes another's place.

use std::time::Duration;

use crate::ports::{KeyPurpose, KeyRecord, KeySet};
use crate::types::Timestamp;

/// The keys with a new one that makes tokens from its `active_from` on. The others of its kind are
/// believed for `keep` after that, and forgotten once nobody believes them.
pub fn succeed(keys: &KeySet, new: KeyRecord, keep: Duration, now: Timestamp) -> KeySet {
    let gone_at = new.span.active_from.plus(keep);
    let mut next = remaining(keys, now);
    for other in next.keys.iter_mut().filter(|key| key.purpose.is_kind_of(new.purpose)) {
        // An earlier plan stands, unless the key is to end before that.
        other.span.gone_at = Some(other.span.gone_at.map_or(gone_at, |plan| plan.min(gone_at)));
    }
    next.keys.retain(|key| key.span.counts(now));
    next.keys.push(new);
    next
}

/// The keys that somebody still believes, as a new version.
pub fn remaining(keys: &KeySet, now: Timestamp) -> KeySet {
    let keep = keys.keys.iter().filter(|key| key.span.counts(now)).cloned();
    KeySet { version: keys.version.next(), keys: keep.collect() }
}

/// Whether it is time to announce the successor of the newest key of this kind.
pub fn is_due(keys: &KeySet, kind: KeyPurpose, signs_for: Duration, now: Timestamp) -> bool {
    let mine = keys.keys.iter().filter(|key| key.purpose.is_kind_of(kind));
    mine.map(|key| key.span.active_from).max().is_some_and(|began| now >= began.plus(signs_for))
}

/// The next number of a ticket key that none which stays bears, if there is one. Numbers go round, so
/// that one comes back as late as it can.
pub fn free_number(keys: &KeySet, stays: impl Fn(&KeyRecord) -> bool) -> Option<u8> {
    let stay = || keys.keys.iter().filter(|key| stays(key));
    let taken = |n: u8| stay().any(|key| key.purpose == KeyPurpose::Ticket(n));
    let last = keys.keys.iter().rev().find_map(|key| match key.purpose {
        KeyPurpose::Ticket(n) => Some(n),
        KeyPurpose::Signing(_) | KeyPurpose::Subjects => None,
    });
    let last = last.unwrap_or_default();
    (1..=u8::MAX).map(|step| last.wrapping_add(step)).find(|n| *n != 0 && !taken(*n))
}
