//! Ports that answer at once, so that what stands around them can be measured.

use std::sync::Arc;

use grantry_axum::grantry::{
    async_trait,
    ports::{Keyring, SignIn, SignInError, Signer, StoreError, TicketKey, Users, VerifyingKey},
    types::{Password, SigningAlg, Standing, Subject, TenantId, Timestamp, Username},
};

/// Knows alice alone, and lets her in without hashing anything.
#[derive(Clone, Copy, Debug)]
pub struct Obliging;

#[async_trait]
impl Users for Obliging {
    async fn authenticate(
        &self,
        _: &TenantId,
        name: &Username,
        _: &Password,
    ) -> Result<SignIn, SignInError> {
        let alice = name.as_str().parse().ok().filter(is_alice);
        Ok(alice.map_or(SignIn::Refused, SignIn::Accepted))
    }

    async fn standing(&self, _: &TenantId, subject: &Subject) -> Result<Standing, StoreError> {
        Ok(if is_alice(subject) { Standing::ACTIVE } else { Standing::Gone })
    }
}

fn is_alice(subject: &Subject) -> bool {
    subject.as_str() == "alice"
}

/// A key that signs nothing, and no other.
#[derive(Clone, Copy, Debug)]
pub struct Unsigned;

#[async_trait]
impl Signer for Unsigned {
    fn key_id(&self) -> &str {
        "unsigned-9abcdef0123456789abcdef0123456789a"
    }

    fn alg(&self) -> SigningAlg {
        SigningAlg::EdDsa
    }

    async fn sign(&self, _: &[u8]) -> Result<Vec<u8>, StoreError> {
        Ok(vec![0; 64])
    }
}

#[async_trait]
impl Keyring for Unsigned {
    async fn active(
        &self,
        _: &TenantId,
        _: SigningAlg,
        _: Timestamp,
    ) -> Result<Arc<dyn Signer>, StoreError> {
        Ok(Arc::new(Self))
    }

    async fn public(
        &self,
        _: &TenantId,
        _: Timestamp,
    ) -> Result<Vec<Arc<VerifyingKey>>, StoreError> {
        Err(StoreError::new("nothing is verified here"))
    }

    async fn ticket_key(
        &self,
        _: &TenantId,
        _: Option<u8>,
        _: Timestamp,
    ) -> Result<Option<Arc<TicketKey>>, StoreError> {
        Err(StoreError::new("no grant has a row here"))
    }
}
