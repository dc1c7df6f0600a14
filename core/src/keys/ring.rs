//! The keyring over stored keys.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use async_trait::async_trait;
use dashmap::DashMap;

use super::parsed::Parsed;
use crate::ports::{KeyRecords, Keyring, Newer, Signer, StoreError, TicketKey, VerifyingKey};
use crate::types::{SigningAlg, Subject, TenantId, Timestamp};

/// Keeps a tenant's keys parsed, and asks the store now and then whether another node changed them.
#[derive(Debug)]
pub struct Ring {
    records: Arc<dyn KeyRecords>,
    parsed: DashMap<TenantId, Arc<Parsed>>,
    /// Counts how often something was forgotten.
    forgotten: AtomicU64,
}

/// Whoever asks the store stops asking when they have an answer, and also when they leave before.
struct Asking(Option<Arc<Parsed>>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.iter().for_each(|known| known.asked());
    }
}

/// For how long, in milliseconds, keys are used without asking whether they are still the newest. A
/// new key is announced for at least ten minutes before it is used, so this matters where one was
/// replaced at once.
const FRESH: u64 = 1_000;
/// The same for a code or refresh token whose key is not known: another node may have made it by a
/// key that is younger than that. Bounded, since anybody can make up numbers of keys.
const FRESH_FOR_STRANGERS: u64 = 100;

impl Ring {
    /// A keyring over these records.
    pub fn new(records: Arc<dyn KeyRecords>) -> Self {
        Self { records, parsed: DashMap::new(), forgotten: AtomicU64::new(0) }
    }

    async fn of(
        &self,
        tenant: &TenantId,
        fresh: u64,
        now: Timestamp,
    ) -> Result<Arc<Parsed>, StoreError> {
        let known = self.parsed.get(tenant).map(|row| row.clone());
        match known {
            Some(known) if !known.is_to_ask(fresh, now) => Ok(known),
            _ => self.ask(tenant, known, now).await,
        }
    }

    async fn ask(
        &self,
        tenant: &TenantId,
        known: Option<Arc<Parsed>>,
        now: Timestamp,
    ) -> Result<Arc<Parsed>, StoreError> {
        let _asking = Asking(known.clone());
        let forgotten = self.forgotten.load(Ordering::Acquire);
        let set = match &known {
            None => self.records.read(tenant).await?,
            Some(known) => match self.records.read_newer(tenant, known.version).await? {
                Newer::Gone => None,
                Newer::Changed(set) => Some(set),
                Newer::Same => {
                    known.seen(now);
                    return Ok(known.clone());
                }
            },
        };
        let Some(set) = set else {
            self.parsed.remove(tenant);
            // F-23: never a silent new key.
            return Err(StoreError::new("the tenant has no keys"));
        };
        let parsed = Arc::new(Parsed::from(tenant, &set, now));
        // What was forgotten while the store answered may have been older than what it is now.
        if self.forgotten.load(Ordering::Acquire) == forgotten {
            self.parsed.insert(tenant.clone(), parsed.clone());
        }
        Ok(parsed)
    }
}

#[async_trait]
impl Keyring for Ring {
    async fn active(
        &self,
        tenant: &TenantId,
        alg: SigningAlg,
        now: Timestamp,
    ) -> Result<Arc<dyn Signer>, StoreError> {
        let signer = self.of(tenant, FRESH, now).await?.signer(alg, now)?;
        signer.ok_or_else(|| StoreError::new("no key for this algorithm"))
    }

    async fn public(
        &self,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<Vec<Arc<VerifyingKey>>, StoreError> {
        self.of(tenant, FRESH, now).await?.public(now)
    }

    async fn ticket_key(
        &self,
        tenant: &TenantId,
        id: Option<u8>,
        now: Timestamp,
    ) -> Result<Option<Arc<TicketKey>>, StoreError> {
        let known = self.of(tenant, FRESH, now).await?.ticket_key(id, now)?;
        match known {
            None => self.of(tenant, FRESH_FOR_STRANGERS, now).await?.ticket_key(id, now),
            known => Ok(known),
        }
    }

    async fn pairwise(
        &self,
        tenant: &TenantId,
        sector: &str,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Option<Subject>, StoreError> {
        let known = self.of(tenant, FRESH, now).await?.pairwise(sector, subject)?;
        match known {
            // Another node may have made the secret just now.
            None => self.of(tenant, FRESH_FOR_STRANGERS, now).await?.pairwise(sector, subject),
            known => Ok(known),
        }
    }

    fn forget(&self, tenant: &TenantId) {
        self.forgotten.fetch_add(1, Ordering::AcqRel);
        self.parsed.remove(tenant);
    }
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
