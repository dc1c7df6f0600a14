//! Keys, parsed once, and those alone that are asked for.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::signers::LocalSigner;
use crate::ports::{
    KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan, Signer, StoreError, TicketKey,
    VerifyingKey,
};
use crate::types::{SigningAlg, Subject, TenantId, Timestamp, Version};

/// The keys of a tenant as they were read, each parsed when it is first asked for. Which of them counts
/// is asked for each moment anew.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) version: Version,
    signers: Box<[Held<SigningAlg, LocalSigner>]>,
    tickets: Box<[Held<u8, TicketKey>]>,
    /// What makes pairwise subjects. It has no span: it is one for good.
    subjects: Option<KeyMaterial>,
    /// When these were last known to be the newest, in milliseconds.
    seen_at: AtomicU64,
    /// What the store had counted by then, and one more; 0 where it does not count.
    seen_writes: AtomicU64,
    /// Whether somebody is asking whether they still are.
    asking: AtomicBool,
    /// Whether they may have changed unnoticed.
    doubted: AtomicBool,
}

/// A key, by its algorithm or number.
#[derive(Debug)]
struct Held<N, K> {
    name: N,
    span: KeySpan,
    material: KeyMaterial,
    parsed: OnceLock<Arc<K>>,
}

impl<N, K> Held<N, K> {
    fn new(name: N, record: &KeyRecord) -> Self {
        let (span, material) = (record.span, record.material.clone());
        Self { name, span, material, parsed: OnceLock::new() }
    }

    /// Two who ask at once may both parse; both get the one that was there first.
    fn get(
        &self,
        parse: impl FnOnce(&KeyMaterial) -> Result<K, StoreError>,
    ) -> Result<&Arc<K>, StoreError> {
        if let Some(key) = self.parsed.get() {
            return Ok(key);
        }
        let key = Arc::new(parse(&self.material)?);
        Ok(self.parsed.get_or_init(|| key))
    }
}

impl Parsed {
    pub(super) fn from(set: &KeySet, now: Timestamp) -> Self {
        let signers = set.keys.iter().filter_map(|record| match record.purpose {
            KeyPurpose::Signing(alg) => Some(Held::new(alg, record)),
            KeyPurpose::Ticket(_) | KeyPurpose::Subjects => None,
        });
        let tickets = set.keys.iter().filter_map(|record| match record.purpose {
            KeyPurpose::Signing(_) | KeyPurpose::Subjects => None,
            KeyPurpose::Ticket(id) => Some(Held::new(id, record)),
        });
        let subjects = set.keys.iter().find(|record| record.purpose == KeyPurpose::Subjects);
        Self {
            version: set.version,
            signers: signers.collect(),
            tickets: tickets.collect(),
            subjects: subjects.map(|record| record.material.clone()),
            seen_at: AtomicU64::new(now.as_millis()),
            seen_writes: AtomicU64::new(0),
            asking: AtomicBool::new(false),
            doubted: AtomicBool::new(false),
        }
    }

    pub(super) fn signer(
        &self,
        alg: SigningAlg,
        now: Timestamp,
    ) -> Result<Option<Arc<dyn Signer>>, StoreError> {
        let mine = self.signers.iter().filter(|held| held.name == alg);
        let Some(newest) = newest(mine, now) else { return Ok(None) };
        Ok(Some(newest.get(|material| LocalSigner::parse(alg, material))?.clone()))
    }

    pub(super) fn public(&self, now: Timestamp) -> Result<Vec<Arc<VerifyingKey>>, StoreError> {
        let counting = self.signers.iter().filter(|held| held.span.counts(now));
        let public = |held: &Held<SigningAlg, LocalSigner>| {
            let signer = held.get(|material| LocalSigner::parse(held.name, material))?;
            Ok(signer.public().clone())
        };
        counting.map(public).collect()
    }

    pub(super) fn ticket_key(
        &self,
        tenant: &TenantId,
        id: Option<u8>,
        now: Timestamp,
    ) -> Result<Option<Arc<TicketKey>>, StoreError> {
        let mut counting = self.tickets.iter().filter(|held| held.span.counts(now));
        let held = match id {
            None => newest(self.tickets.iter(), now),
            Some(id) => counting.find(|held| held.name == id),
        };
        let Some(held) = held else { return Ok(None) };
        let key = held.get(|material| {
            let secret: &[u8; 32] = material.expose().try_into().map_err(StoreError::new)?;
            Ok(TicketKey::derive(held.name, tenant, secret))
        });
        Ok(Some(key?.clone()))
    }

    /// `base64url(HMAC-SHA-256(secret, sector ‖ 0 ‖ subject))` (OpenID Connect Core §8.1).
    pub(super) fn pairwise(
        &self,
        sector: &str,
        subject: &Subject,
    ) -> Result<Option<Subject>, StoreError> {
        let Some(secret) = &self.subjects else { return Ok(None) };
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.expose()));
        for part in [sector, "\0", subject.as_str()] {
            mac.update(part.as_bytes());
        }
        let name = URL_SAFE_NO_PAD.encode(mac.sign());
        Ok(Some(name.parse().map_err(StoreError::new)?))
    }

    /// Whether this caller is to ask the store if these are still the newest: one of all who find
    /// that they were seen longer ago than `fresh`, and everybody once that was too long ago. Requests
    /// do not come in the order of their moments, and a clock may step back: only the distance
    /// counts. Where the store counts what is written, nobody asks before it has counted on.
    pub(super) fn is_to_ask(
        &self,
        fresh: u64,
        now: Timestamp,
        writes: impl FnOnce() -> Option<u64>,
    ) -> bool {
        let age = self.age(now);
        if self.doubted.load(Ordering::Acquire) {
            return true;
        }
        if age <= fresh || self.has_seen(writes()) {
            return false;
        }
        if age > STALE {
            return true;
        }
        !self.asking.swap(true, Ordering::AcqRel)
    }

    /// Nobody is asking any more, whatever came of it.
    pub(super) fn asked(&self) {
        self.asking.store(false, Ordering::Release);
    }

    /// They are still the newest, or were when the store had counted so many writes.
    pub(super) fn seen(&self, now: Timestamp, writes: Option<u64>) {
        self.seen_at.store(now.as_millis(), Ordering::Release);
        self.seen_writes.store(writes.map_or(0, |count| count + 1), Ordering::Release);
        self.doubted.store(false, Ordering::Release);
    }

    fn has_seen(&self, writes: Option<u64>) -> bool {
        writes.is_some_and(|count| self.seen_writes.load(Ordering::Acquire) == count + 1)
    }

    /// They may not be the newest any more.
    pub(super) fn doubt(&self) {
        self.doubted.store(true, Ordering::Release);
    }

    /// Whether they were the newest within so many milliseconds.
    pub(super) fn was_seen(&self, within: u64, now: Timestamp) -> bool {
        self.age(now) <= within
    }

    fn age(&self, now: Timestamp) -> u64 {
        now.as_millis().abs_diff(self.seen_at.load(Ordering::Acquire))
    }
}

/// Nobody uses keys that were last seen so many milliseconds ago, also if the store takes its time.
const STALE: u64 = 10_000;

/// Of those that may make tokens now, the one that began last; of two that began together, the one
/// that stands later. Where none may, a clock stepped back to before the first of them: it has to do.
fn newest<'a, N: 'a, K: 'a>(
    keys: impl Iterator<Item = &'a Held<N, K>> + Clone,
    now: Timestamp,
) -> Option<&'a Held<N, K>> {
    let making = keys.clone().filter(|held| held.span.makes(now));
    let newest = making.max_by_key(|held| held.span.active_from);
    let counting = keys.filter(|held| held.span.counts(now));
    newest.or_else(|| counting.min_by_key(|held| held.span.active_from))
}
