//! Keys, parsed once.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::signers::LocalSigner;
use crate::ports::{KeyPurpose, KeySet, KeySpan, Signer, StoreError, TicketKey, VerifyingKey};
use crate::types::{SigningAlg, TenantId, Timestamp, Version};

/// The keys of a tenant as they were read. Which of them counts is asked for each moment anew.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) version: Version,
    signers: Vec<(KeySpan, Arc<LocalSigner>)>,
    tickets: Vec<(KeySpan, Arc<TicketKey>)>,
    /// When these were last known to be the newest, in milliseconds.
    seen_at: AtomicU64,
    /// When somebody last began to ask whether they still are.
    asked_at: AtomicU64,
}

impl Parsed {
    pub(super) fn from(
        tenant: &TenantId,
        set: &KeySet,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let (mut signers, mut tickets) = (Vec::new(), Vec::new());
        for record in &set.keys {
            match record.purpose {
                KeyPurpose::Signing(alg) => {
                    let signer = LocalSigner::parse(alg, &record.material)?;
                    signers.push((record.span, Arc::new(signer)));
                }
                KeyPurpose::Ticket(id) => {
                    let secret: &[u8; 32] =
                        record.material.expose().try_into().map_err(StoreError::new)?;
                    let key = TicketKey::derive(id, tenant, secret).map_err(StoreError::new)?;
                    tickets.push((record.span, Arc::new(key)));
                }
            }
        }
        let now = now.as_millis();
        let (seen_at, asked_at) = (AtomicU64::new(now), AtomicU64::new(now));
        Ok(Self { version: set.version, signers, tickets, seen_at, asked_at })
    }

    pub(super) fn signer(&self, alg: SigningAlg, now: Timestamp) -> Option<Arc<dyn Signer>> {
        let mine = self.signers.iter().filter(|(_, signer)| signer.alg() == alg);
        newest(mine, now).map(|signer| signer.clone() as Arc<dyn Signer>)
    }

    pub(super) fn public(&self, now: Timestamp) -> Vec<Arc<VerifyingKey>> {
        let counting = self.signers.iter().filter(|(span, _)| span.counts(now));
        counting.map(|(_, signer)| signer.public().clone()).collect()
    }

    pub(super) fn ticket_key(&self, id: Option<u8>, now: Timestamp) -> Option<Arc<TicketKey>> {
        let mut counting = self.tickets.iter().filter(|(span, _)| span.counts(now));
        match id {
            None => newest(self.tickets.iter(), now).cloned(),
            Some(id) => counting.find(|(_, key)| key.id() == id).map(|(_, key)| key.clone()),
        }
    }

    /// Whether this caller is to ask the store if these are still the newest: one of all who find
    /// that they were seen longer ago than `fresh`, and everybody once that was too long ago.
    pub(super) fn is_to_ask(&self, fresh: u64, now: Timestamp) -> bool {
        let (now, seen_at) = (now.as_millis(), self.seen_at.load(Ordering::Acquire));
        // A clock that stepped back asks as well.
        let age = now.checked_sub(seen_at).unwrap_or(u64::MAX);
        if age <= fresh || age > STALE {
            return age > STALE;
        }
        let asked_at = self.asked_at.load(Ordering::Relaxed);
        let asked = now.checked_sub(asked_at).is_some_and(|since| since <= fresh);
        let order = (Ordering::Relaxed, Ordering::Relaxed);
        !asked && self.asked_at.compare_exchange(asked_at, now, order.0, order.1).is_ok()
    }

    /// They are still the newest.
    pub(super) fn seen(&self, now: Timestamp) {
        self.seen_at.store(now.as_millis(), Ordering::Release);
    }
}

/// Nobody uses keys that were last seen so many milliseconds ago, also if the store takes its time.
const STALE: u64 = 10_000;

/// Of those that may make tokens now, the one that began last; of two that began together, the one
/// that stands later. Where none may, a clock stepped back to before the first of them: it has to do.
fn newest<'a, K: 'a>(
    keys: impl Iterator<Item = &'a (KeySpan, K)> + Clone,
    now: Timestamp,
) -> Option<&'a K> {
    let making = keys.clone().filter(|(span, _)| span.makes(now));
    let newest = making.max_by_key(|(span, _)| span.active_from);
    let counting = keys.filter(|(span, _)| span.counts(now));
    let first = || counting.min_by_key(|(span, _)| span.active_from);
    newest.or_else(first).map(|(_, key)| key)
}
