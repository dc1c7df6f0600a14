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
    /// When the store was last asked whether these are still the newest, in milliseconds.
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
        let asked_at = AtomicU64::new(now.as_millis());
        Ok(Self { version: set.version, signers, tickets, asked_at })
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

    /// Whether this caller is the one to ask the store again: one of all who find that the keys
    /// were read longer ago than `span`.
    pub(super) fn is_to_ask(&self, span: u64, now: Timestamp) -> bool {
        let (now, asked_at) = (now.as_millis(), self.asked_at.load(Ordering::Relaxed));
        // A clock that stepped back asks as well.
        let old = now < asked_at || now - asked_at > span;
        old && self
            .asked_at
            .compare_exchange(asked_at, now, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }
}

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
