//! Keys that have been in use for long enough are replaced, once, however many nodes think of it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use grantry::{
    Server,
    ports::{Change, Create, KeyPurpose, KeyRecords, KeySet, StoreError, Stores},
    types::{Policy, SigningAlg, TenantId, Version},
};

use super::access_tokens::header;
use super::admin::{admin, assert_no, backend_asks, force_tenant};
use super::broken::NoSigner;
use super::direct::beside;
use crate::{Stage, tenant_id};

const MS: Duration = Duration::from_millis(1);
const DAY: Duration = Duration::from_secs(24 * 3600);
const ANNOUNCED: Duration = Duration::from_secs(600);
/// The world has so many tenants.
const TENANTS: usize = 10;

async fn rotate(s: &Stage) -> usize {
    admin(s).rotate_due_keys().await.expect("done")
}

/// How many keys of each kind a tenant has: ES256, EdDSA, and those of codes and refresh tokens.
async fn kept(s: &Stage, tenant: &str) -> [usize; 3] {
    let set = s.world.stores.key_records.read(&tenant_id(tenant)).await;
    let set = set.expect("the store answers").expect("keys");
    let kinds = [
        KeyPurpose::Signing(SigningAlg::Es256),
        KeyPurpose::Signing(SigningAlg::EdDsa),
        KeyPurpose::Ticket(1),
    ];
    kinds.map(|kind| set.keys.iter().filter(|key| key.purpose.is_kind_of(kind)).count())
}

async fn signer(s: &Stage, tenant: &str) -> String {
    header(&backend_asks(s, tenant).await.tokens().access)["kid"].to_string()
}

/// JW-04: announced so early that the new one signs when the old one's time is over, and once.
pub async fn a_key_is_followed_by_another_when_its_time_is_over(s: &Stage) {
    let old = signer(s, "acme").await;
    assert_eq!(rotate(s).await, 0);
    s.world.clock.advance(90 * DAY - ANNOUNCED - MS);
    assert_eq!((rotate(s).await, kept(s, "acme").await), (0, [1; 3]));
    s.world.clock.advance(MS);
    assert_eq!((rotate(s).await, kept(s, "acme").await), (TENANTS, [2; 3]));
    assert_eq!((rotate(s).await, kept(s, "acme").await), (0, [2; 3]), "one announcement");
    s.world.clock.advance(ANNOUNCED - MS);
    assert_eq!(signer(s, "acme").await, old);
    s.world.clock.advance(MS);
    assert_ne!(signer(s, "acme").await, old);
    assert_eq!((rotate(s).await, kept(s, "acme").await), (0, [2; 3]));
}

/// What nobody believes any more is forgotten at the next round.
pub async fn old_keys_are_forgotten_once_nobody_believes_them(s: &Stage) {
    s.world.clock.advance(90 * DAY - ANNOUNCED);
    rotate(s).await;
    s.world.clock.advance(ANNOUNCED + DAY + Duration::from_secs(60) - MS);
    assert_eq!((rotate(s).await, kept(s, "acme").await), (0, [2; 3]));
    s.world.clock.advance(MS);
    assert_eq!((rotate(s).await, kept(s, "acme").await), (0, [1, 1, 2]));
    // Refresh tokens lie unused for thirty days, and clocks are a minute apart.
    s.world.clock.advance(29 * DAY);
    assert_eq!((rotate(s).await, kept(s, "acme").await), (0, [1; 3]));
}

/// Each tenant by its own policy.
pub async fn each_tenant_has_a_key_lifetime_of_its_own(s: &Stage) {
    let daily = |policy: &mut Policy| policy.key_lifetime = DAY;
    admin(s).change_tenant(&tenant_id("acme"), daily).await.expect("done");
    s.world.clock.advance(DAY - ANNOUNCED);
    assert_eq!((rotate(s).await, kept(s, "acme").await), (1, [2; 3]));
    assert_eq!(kept(s, "strict").await, [1; 3]);
    s.world.clock.advance(DAY);
    assert_eq!(rotate(s).await, 1);
}

/// A disabled tenant's keys go on as well; a tenant without keys does not keep the others waiting.
pub async fn no_tenant_keeps_the_others_waiting(s: &Stage) {
    admin(s).disable_tenant(&tenant_id("acme")).await.expect("done");
    force_tenant(s, "globex", |row| row.policy.key_announcement = Duration::ZERO).await;
    s.world.clock.advance(90 * DAY);
    assert_eq!(rotate(s).await, TENANTS);
    assert_eq!((kept(s, "acme").await, kept(s, "strict").await), ([2; 3], [2; 3]));
}

/// Two nodes on the same stores agree: one announcement, one key that signs.
pub async fn two_nodes_agree_on_one_successor(s: &Stage) {
    let other = beside(s, s.world.stores.clone(), |builder| builder).await;
    assert_eq!(signer(s, "acme").await, signer(&other, "acme").await);
    s.world.clock.advance(90 * DAY - ANNOUNCED);
    let (one, two) = tokio::join!(rotate(s), rotate(&other));
    assert!(one + two >= TENANTS, "{one} and {two}");
    for tenant in ["acme", "strict", "ecdsa"] {
        assert_eq!(kept(s, tenant).await, [2; 3], "{tenant}");
    }
    s.world.clock.advance(ANNOUNCED);
    assert_eq!(signer(s, "acme").await, signer(&other, "acme").await);
    let jwks = async |s: &Stage| s.get("/oauth/acme/jwks.json", &[]).await.body;
    assert_eq!(jwks(s).await, jwks(&other).await);
}

/// Keys that another node writes at the very moment.
#[derive(Debug)]
struct Overtaken {
    records: Arc<dyn KeyRecords>,
    by: OnceLock<Server>,
    count: OnceLock<usize>,
}

#[async_trait]
impl KeyRecords for Overtaken {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        self.records.read(tenant).await
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        self.records.create(tenant, keys).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        if let (Some(by), None) = (self.by.get(), self.count.get()) {
            let done = by.admin().rotate_due_keys().await.expect("done");
            self.count.set(done).expect("once");
        }
        self.records.change(tenant, keys, from).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.records.erase(tenant).await
    }

    fn lasts(&self) -> bool {
        self.records.lasts()
    }
}

/// Whoever is overtaken between read and write did nothing, and says so.
pub async fn whoever_is_overtaken_announces_nothing(s: &Stage) {
    let stores = s.world.stores.clone();
    let records = stores.key_records.clone();
    let overtaken = Arc::new(Overtaken { records, by: OnceLock::new(), count: OnceLock::new() });
    let slow = Stores { key_records: overtaken.clone(), ..stores };
    let slow = beside(s, slow, |builder| builder).await;
    overtaken.by.set(s.world.server.clone()).expect("once");
    s.world.clock.advance(90 * DAY - ANNOUNCED);
    assert_eq!(rotate(&slow).await, 0, "the other one did it all");
    assert_eq!(overtaken.count.get(), Some(&TENANTS));
    assert_eq!(kept(s, "acme").await, [2; 3]);
}

/// Design, "Ports": keys of the host's own are the host's to replace.
pub async fn keys_of_the_hosts_own_are_not_replaced_here(s: &Stage) {
    let key = grantry::ports::TicketKey::derive(1, &tenant_id("acme"), &[7; 32]);
    let keyring = Arc::new(NoSigner(Arc::new(key)));
    let lent = beside(s, s.world.stores.clone(), |builder| builder.keyring(keyring)).await;
    let why = "keys come from the host's own keyring: replace them there";
    assert_no(admin(&lent).keys(&tenant_id("acme")).await, why);
    for kind in [grantry::KeyKind::Signing, grantry::KeyKind::Ticket] {
        let how = grantry::KeyRotation::Staged;
        assert_no(admin(&lent).rotate_keys(&tenant_id("acme"), kind, how).await, why);
    }
    assert_eq!(kept(s, "acme").await, [1; 3]);
}
