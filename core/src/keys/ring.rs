//! The keyring over stored keys.

use std::sync::Arc;

use async_trait::async_trait;
use quick_cache::sync::Cache;

use super::parsed::Parsed;
use crate::ports::{
    Epochs, Flights, KeyRecords, Keyring, Newer, Signer, StoreError, TicketKey, VerifyingKey,
    or_recall,
};
use crate::types::{SigningAlg, Subject, TenantId, Timestamp};

/// Keeps a tenant's keys parsed, and asks the store now and then whether another node changed them.
#[derive(Debug)]
pub struct Ring {
    records: Arc<dyn KeyRecords>,
    parsed: Cache<TenantId, Arc<Parsed>>,
    loads: Flights<(TenantId, u64), Read>,
    forgotten: Epochs,
}

/// The keys, if there are any, and what the store had counted before they were read.
type Read = (Option<Arc<Parsed>>, Option<u64>);

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

/// For how long, in milliseconds, the JWKS is made of keys that cannot be asked for any more, or not soon: as
/// long as anybody may keep it.
const PUBLISHED: u64 = 300_000;

impl Ring {
    /// A keyring over these records, which keeps the keys of so many tenants parsed.
    pub fn new(records: Arc<dyn KeyRecords>, most: usize) -> Self {
        let (parsed, loads) = (Cache::new(most), Flights::default());
        Self { records, parsed, loads, forgotten: Epochs::default() }
    }

    async fn of(
        &self,
        tenant: &TenantId,
        fresh: u64,
        now: Timestamp,
    ) -> Result<Arc<Parsed>, StoreError> {
        let known = self.parsed.get(tenant);
        match known {
            Some(known) if !known.is_to_ask(fresh, now, || self.records.writes()) => Ok(known),
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
        let epoch = self.forgotten.of(tenant);
        let (records, own) = (self.records.clone(), tenant.clone());
        let load = || async move {
            let writes = records.writes();
            let set = match known {
                None => records.read(&own).await?,
                Some(known) => match records.read_newer(&own, known.version).await? {
                    Newer::Gone => None,
                    Newer::Changed(set) => Some(set),
                    Newer::Same => return Ok((Some(known), writes)),
                },
            };
            Ok((set.map(|set| Arc::new(Parsed::from(&set, now))), writes))
        };
        let landed = self.loads.join((tenant.clone(), epoch), load).await?;
        let (Some(parsed), writes) = landed.value else {
            self.parsed.remove(tenant);
            // F-23: never a silent new key.
            return Err(StoreError::new("the tenant has no keys"));
        };
        parsed.seen(now, writes);
        self.keep(tenant, &parsed, epoch);
        Ok(parsed)
    }

    /// Keeps what was read, unless it was forgotten while the store answered: it may have been older than
    /// what it is now. Looked at last: who forgets it after that finds it kept.
    fn keep(&self, tenant: &TenantId, parsed: &Arc<Parsed>, epoch: u64) {
        let is_it = |kept: &Arc<Parsed>| Arc::ptr_eq(kept, parsed);
        if !self.parsed.peek(tenant).as_ref().is_some_and(is_it) {
            self.parsed.insert(tenant.clone(), parsed.clone());
        }
        if self.forgotten.of(tenant) != epoch {
            self.parsed.remove_if(tenant, is_it);
        }
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

    async fn published(
        &self,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<Vec<Arc<VerifyingKey>>, StoreError> {
        let recall = || self.parsed.peek(tenant).filter(|known| known.was_seen(PUBLISHED, now));
        or_recall(self.of(tenant, FRESH, now), recall).await?.public(now)
    }

    async fn ticket_key(
        &self,
        tenant: &TenantId,
        id: Option<u8>,
        now: Timestamp,
    ) -> Result<Option<Arc<TicketKey>>, StoreError> {
        let known = self.of(tenant, FRESH, now).await?.ticket_key(tenant, id, now)?;
        match known {
            None => self.of(tenant, FRESH_FOR_STRANGERS, now).await?.ticket_key(tenant, id, now),
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
        self.forgotten.end(tenant);
        self.parsed.remove(tenant);
    }

    fn doubt(&self) {
        self.forgotten.end_all();
        self.parsed.iter().for_each(|(_, known)| known.doubt());
    }
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
