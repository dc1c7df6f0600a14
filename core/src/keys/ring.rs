//! The keyring over stored keys.

use std::sync::Arc;

use async_trait::async_trait;
use dashmap::DashMap;

use super::signers::LocalSigner;
use crate::ports::{
    KeyPurpose, KeyRecord, KeyRecords, Keyring, Signer, StoreError, TicketKey, VerifyingKey,
};
use crate::types::{SigningAlg, TenantId};

/// Reads a tenant's keys once and keeps them parsed.
#[derive(Debug)]
pub struct Ring {
    records: Arc<dyn KeyRecords>,
    parsed: DashMap<TenantId, Arc<Parsed>>,
}

#[derive(Debug)]
struct Parsed {
    signers: Vec<Arc<LocalSigner>>,
    public: Arc<[VerifyingKey]>,
    tickets: Vec<Arc<TicketKey>>,
}

impl Ring {
    /// A keyring over these records.
    pub fn new(records: Arc<dyn KeyRecords>) -> Self {
        Self { records, parsed: DashMap::new() }
    }

    async fn of(&self, tenant: &TenantId) -> Result<Arc<Parsed>, StoreError> {
        if let Some(known) = self.parsed.get(tenant).map(|row| row.clone()) {
            return Ok(known);
        }
        let records = self.records.list(tenant).await?;
        let parsed = Arc::new(Parsed::from(tenant, &records)?);
        self.parsed.insert(tenant.clone(), parsed.clone());
        Ok(parsed)
    }
}

impl Parsed {
    fn from(tenant: &TenantId, records: &[KeyRecord]) -> Result<Self, StoreError> {
        let (mut signers, mut tickets) = (Vec::new(), Vec::new());
        for record in records {
            match record.purpose {
                KeyPurpose::Signing(alg) => {
                    signers.push(Arc::new(LocalSigner::parse(alg, &record.material)?));
                }
                KeyPurpose::Ticket(id) => {
                    let secret: &[u8; 32] =
                        record.material.expose().try_into().map_err(StoreError::new)?;
                    let key = TicketKey::derive(id, tenant, secret).map_err(StoreError::new)?;
                    tickets.push(Arc::new(key));
                }
            }
        }
        if signers.is_empty() || tickets.is_empty() {
            // F-23: never a silent new key.
            return Err(StoreError::new("the tenant has no keys"));
        }
        let public = signers.iter().map(|signer| signer.public().clone()).collect();
        Ok(Self { signers, public, tickets })
    }
}

#[async_trait]
impl Keyring for Ring {
    async fn active(
        &self,
        tenant: &TenantId,
        alg: SigningAlg,
    ) -> Result<Arc<dyn Signer>, StoreError> {
        let parsed = self.of(tenant).await?;
        let signer = parsed.signers.iter().find(|signer| signer.alg() == alg);
        let signer = signer.ok_or_else(|| StoreError::new("no key for this algorithm"))?;
        Ok(signer.clone())
    }

    async fn public(&self, tenant: &TenantId) -> Result<Arc<[VerifyingKey]>, StoreError> {
        Ok(self.of(tenant).await?.public.clone())
    }

    async fn ticket_key(
        &self,
        tenant: &TenantId,
        id: Option<u8>,
    ) -> Result<Option<Arc<TicketKey>>, StoreError> {
        let parsed = self.of(tenant).await?;
        Ok(match id {
            None => parsed.tickets.last().cloned(),
            Some(id) => parsed.tickets.iter().find(|key| key.id() == id).cloned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::generate, memory::MemoryStore, system::SystemEntropy, types::Timestamp};

    #[tokio::test]
    async fn what_a_key_signs_its_public_half_verifies_and_no_other() {
        let store = Arc::new(MemoryStore::default());
        let tenant: TenantId = "acme".parse().unwrap();
        let keys = generate(&SystemEntropy, Timestamp::EPOCH).unwrap();
        KeyRecords::create(&*store, &tenant, keys).await.unwrap();
        let ring = Ring::new(store);
        let public = ring.public(&tenant).await.unwrap();
        for alg in SigningAlg::ALL {
            let signer = ring.active(&tenant, alg).await.unwrap();
            let signature = signer.sign(b"message").await.unwrap();
            for key in &*public {
                let own = key.key_id() == signer.key_id();
                assert_eq!(key.verifies(b"message", &signature), own, "{alg:?}");
                assert!(!key.verifies(b"massage", &signature));
            }
        }
    }

    #[tokio::test]
    async fn f_23_a_tenant_without_keys_gets_no_new_ones_behind_its_back() {
        let ring = Ring::new(Arc::new(MemoryStore::default()));
        let tenant = "acme".parse().unwrap();
        assert!(ring.public(&tenant).await.is_err());
        assert!(ring.ticket_key(&tenant, None).await.is_err());
    }
}
