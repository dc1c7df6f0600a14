//! Ports that a host may lend, each of which makes its caller wait.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use grantry::{
    async_trait,
    ports::{
        Admission, Attempt, Event, EventKind, Events, ExtensionAnswer, ExtensionGrant,
        ExtensionRequest, ExtensionVerdict, KeyPurpose, Keyring, Settled, SignIn, SignInError,
        Signer, StoreError, Stores, Throttle, TicketKey, Users, VerifyingKey,
    },
    types::{Password, SigningAlg, Standing, Subject, TenantId, Timestamp, Username},
};
use grantry_conformance::{Gate, World, tenant_id};
use tokio::task::yield_now;

/// Knows Alice by the world's password, and hashes nothing.
#[derive(Debug, Default)]
pub struct Roll {
    /// Where those wait who try a password.
    pub gate: Gate,
}

#[async_trait]
impl Users for Roll {
    async fn authenticate(
        &self,
        _: &TenantId,
        name: &Username,
        password: &Password,
    ) -> Result<SignIn, SignInError> {
        yield_now().await;
        self.gate.pass().await;
        let alice = name.canonical() == Some("alice");
        yield_now().await;
        Ok(match alice && *password == Password::from(World::PASSWORD) {
            true => SignIn::Accepted("user-alice".parse().unwrap()),
            false => SignIn::Refused,
        })
    }

    async fn standing(&self, _: &TenantId, _: &Subject) -> Result<Standing, StoreError> {
        yield_now().await;
        Ok(Standing::ACTIVE)
    }
}

/// What the host's own grant is called.
pub const VOUCHER: &str = "urn:example:voucher";

/// A grant of the host's own: whoever asks is Alice, once the host has thought about it.
#[derive(Debug)]
pub struct Vouchers;

#[async_trait]
impl ExtensionGrant for Vouchers {
    async fn judge(&self, asks: &ExtensionRequest<'_>) -> Result<ExtensionVerdict, StoreError> {
        yield_now().await;
        Ok(ExtensionAnswer::user("user-alice".parse().unwrap(), asks.now).into())
    }
}

/// Admits everybody, and counts who was not settled.
#[derive(Debug, Default)]
pub struct Turnstile {
    under_way: AtomicUsize,
    settled: AtomicUsize,
}

impl Turnstile {
    /// How many were admitted and not settled.
    pub fn under_way(&self) -> usize {
        self.under_way.load(Ordering::SeqCst)
    }

    /// How many were settled so far.
    pub fn settled(&self) -> usize {
        self.settled.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Throttle for Turnstile {
    async fn admit(&self, _: &Attempt, _: Timestamp) -> Result<Admission, StoreError> {
        yield_now().await;
        self.under_way.fetch_add(1, Ordering::SeqCst);
        yield_now().await;
        Ok(Admission::Admitted)
    }

    async fn settle(&self, _: &Attempt, _: Settled, _: Timestamp) -> Result<(), StoreError> {
        yield_now().await;
        self.settled.fetch_add(1, Ordering::SeqCst);
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        yield_now().await;
        Ok(())
    }
}

/// Acme's keys, as a key management service holds them.
#[derive(Debug)]
pub struct FarKeys {
    signer: Arc<FarSigner>,
    ticket: Arc<TicketKey>,
}

#[derive(Debug)]
struct FarSigner {
    key: Ed25519KeyPair,
    public: Arc<VerifyingKey>,
}

impl FarKeys {
    /// The keys that are stored.
    pub async fn of(stores: &Stores) -> Self {
        let acme = tenant_id("acme");
        let keys = stores.key_records.read(&acme).await.unwrap().unwrap().keys;
        let of = |purpose| {
            let key = keys.iter().find(|key| key.purpose == purpose).unwrap();
            <[u8; 32]>::try_from(key.material.expose()).unwrap()
        };
        let seed = of(KeyPurpose::Signing(SigningAlg::EdDsa));
        let key = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let public = Arc::new(VerifyingKey::eddsa(key.public_key().as_ref()).unwrap());
        let ticket = TicketKey::derive(1, &acme, &of(KeyPurpose::Ticket(1)));
        Self { signer: Arc::new(FarSigner { key, public }), ticket: Arc::new(ticket) }
    }
}

#[async_trait]
impl Keyring for FarKeys {
    async fn active(
        &self,
        _: &TenantId,
        _: SigningAlg,
        _: Timestamp,
    ) -> Result<Arc<dyn Signer>, StoreError> {
        yield_now().await;
        Ok(self.signer.clone())
    }

    async fn public(
        &self,
        _: &TenantId,
        _: Timestamp,
    ) -> Result<Vec<Arc<VerifyingKey>>, StoreError> {
        yield_now().await;
        Ok(vec![self.signer.public.clone()])
    }

    async fn ticket_key(
        &self,
        _: &TenantId,
        _: Option<u8>,
        _: Timestamp,
    ) -> Result<Option<Arc<TicketKey>>, StoreError> {
        yield_now().await;
        Ok(Some(self.ticket.clone()))
    }
}

#[async_trait]
impl Signer for FarSigner {
    fn key_id(&self) -> &str {
        self.public.key_id()
    }

    fn alg(&self) -> SigningAlg {
        SigningAlg::EdDsa
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, StoreError> {
        yield_now().await;
        Ok(self.key.sign(message).as_ref().to_vec())
    }
}

/// Keeps what it is told.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Vec<EventKind>>);

impl Events for Kept {
    fn record(&self, event: Event) {
        self.0.lock().unwrap().push(event.kind);
    }
}

impl Kept {
    /// What it was told since it was last asked.
    pub fn take(&self) -> Vec<EventKind> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}
