use std::{sync::atomic::Ordering, time::Duration};

use super::*;
use crate::keys::{first, generate, succeed};
use crate::memory::MemoryStore;
use crate::ports::{Change, Create, KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan};
use crate::system::SystemEntropy;
use crate::types::Version;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const KEEP: Duration = Duration::from_secs(3600);

async fn acme(signs_by: SigningAlg) -> (Arc<MemoryStore>, TenantId, Ring) {
    let (store, tenant) = (Arc::new(MemoryStore::default()), "acme".parse().unwrap());
    let keys = first(&SystemEntropy, [signs_by].into(), NOW).await.unwrap();
    KeyRecords::create(&*store, &tenant, keys).await.unwrap();
    let ring = Ring::new(store.clone(), 100);
    (store, tenant, ring)
}

/// Announces a key that is active after a minute.
async fn announce(store: &MemoryStore, tenant: &TenantId, purpose: KeyPurpose) -> Timestamp {
    let old = KeyRecords::read(store, tenant).await.unwrap().unwrap();
    let from = NOW.plus(Duration::from_secs(60));
    let new = generate(&SystemEntropy, purpose, from).await.unwrap();
    let next = succeed(&old, new, KEEP, NOW);
    KeyRecords::change(store, tenant, next, old.version).await.unwrap();
    from
}

#[tokio::test]
async fn what_a_key_signs_its_public_half_verifies_and_no_other() {
    let (_, tenant, ring) = acme(SigningAlg::Rs256).await;
    let public = ring.public(&tenant, NOW).await.unwrap();
    assert_eq!(public.len(), SigningAlg::ALL.len());
    for alg in SigningAlg::ALL {
        let signer = ring.active(&tenant, alg, NOW).await.unwrap();
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
    let ring = Ring::new(Arc::new(MemoryStore::default()), 100);
    let tenant = "acme".parse().unwrap();
    assert!(ring.public(&tenant, NOW).await.is_err());
    assert!(ring.ticket_key(&tenant, None, NOW).await.is_err());
}

#[tokio::test]
async fn an_rs256_key_is_made_for_those_who_sign_by_it() {
    let (_, tenant, ring) = acme(SigningAlg::Es256).await;
    assert!(ring.active(&tenant, SigningAlg::EdDsa, NOW).await.is_ok());
    assert!(ring.active(&tenant, SigningAlg::Rs256, NOW).await.is_err());
}

#[tokio::test]
async fn jw_04_a_key_is_announced_then_active_then_retiring_then_gone() {
    let (store, tenant, ring) = acme(SigningAlg::EdDsa).await;
    let old = ring.active(&tenant, SigningAlg::EdDsa, NOW).await.unwrap();
    let from = announce(&store, &tenant, KeyPurpose::Signing(SigningAlg::EdDsa)).await;
    ring.forget(&tenant);
    let moment = |millis: u64| Timestamp::from_millis(from.as_millis() + millis);
    let gone = u64::try_from(KEEP.as_millis()).unwrap();
    let before = Timestamp::from_millis(from.as_millis() - 1);
    for (at, signs, shown) in [
        (NOW, true, true),
        (before, true, true),
        (from, false, true),
        (moment(gone - 1), false, true),
        (moment(gone), false, false),
    ] {
        let signer = ring.active(&tenant, SigningAlg::EdDsa, at).await.unwrap();
        assert_eq!(signer.key_id() == old.key_id(), signs, "{at:?}");
        let public = ring.public(&tenant, at).await.unwrap();
        let ids: Vec<_> = public.iter().map(|key| key.key_id()).collect();
        assert_eq!(ids.contains(&old.key_id()), shown, "{at:?}");
        // JW-03: whatever signs is shown.
        assert!(ids.contains(&signer.key_id()), "{at:?}");
    }
}

#[tokio::test]
async fn another_nodes_key_is_known_at_once_by_what_it_made() {
    let (store, tenant, here) = acme(SigningAlg::EdDsa).await;
    let there = Ring::new(store.clone(), 100);
    for ring in [&here, &there] {
        assert_eq!(ring.ticket_key(&tenant, None, NOW).await.unwrap().unwrap().id(), 1);
    }
    let old = KeyRecords::read(&*store, &tenant).await.unwrap().unwrap();
    let new = generate(&SystemEntropy, KeyPurpose::Ticket(2), NOW).await.unwrap();
    let next = succeed(&old, new, Duration::ZERO, NOW);
    KeyRecords::change(&*store, &tenant, next, old.version).await.unwrap();
    there.forget(&tenant);
    assert_eq!(there.ticket_key(&tenant, None, NOW).await.unwrap().unwrap().id(), 2);
    // Within the budget of strangers, and beyond it.
    let soon = NOW.plus(Duration::from_millis(100));
    assert!(here.ticket_key(&tenant, Some(2), soon).await.unwrap().is_none());
    let later = NOW.plus(Duration::from_millis(101));
    assert!(here.ticket_key(&tenant, Some(2), later).await.unwrap().is_some());
    assert!(here.ticket_key(&tenant, Some(1), later).await.unwrap().is_none(), "ended at once");
}

#[tokio::test]
async fn a_pairwise_subject_is_one_for_each_tenant_sector_and_user_for_good() {
    let (store, tenant, ring) = acme(SigningAlg::EdDsa).await;
    let (alice, bob) = ("alice".parse().unwrap(), "bob".parse().unwrap());
    let name = async |at: Timestamp, sector: &str, subject: &Subject| {
        ring.pairwise(&tenant, sector, subject, at).await.unwrap()
    };
    assert_eq!(name(NOW, "a.example", &alice).await, None, "there is no secret yet");
    let old = KeyRecords::read(&*store, &tenant).await.unwrap().unwrap();
    let mut next = old.clone();
    let span = KeySpan::from(NOW.plus(Duration::from_secs(9)));
    let material = KeyMaterial::new(vec![7; 32]);
    next.keys.push(KeyRecord { purpose: KeyPurpose::Subjects, material, span });
    next.version = old.version.next();
    KeyRecords::change(&*store, &tenant, next, old.version).await.unwrap();
    // Another node made it: it is known soon, and a clock that is behind does not matter.
    let soon = NOW.plus(Duration::from_millis(101));
    // hmac.new(b"\7" * 32, b"a.example\0alice", "sha256")
    let known = "eaO2FGr_-QbuKF-SK3BgiEbMHsvx-YvDAx3jSZoByVI".parse().unwrap();
    assert_eq!(name(soon, "a.example", &alice).await, Some(known));
    let mut others = std::collections::HashSet::new();
    for (sector, subject) in [("a.example", &alice), ("a.example", &bob), ("b.example", &alice)] {
        assert!(others.insert(name(soon, sector, subject).await.unwrap()));
    }
    let late = NOW.plus(Duration::from_secs(10 * 365 * 24 * 3600));
    assert!(others.contains(&name(late, "a.example", &alice).await.unwrap()));
}

/// A store that answers when it is let, with what it read before.
#[derive(Debug)]
struct Slow {
    store: Arc<MemoryStore>,
    lets: tokio::sync::Semaphore,
    reads: std::sync::atomic::AtomicUsize,
    counts: bool,
}

#[async_trait]
impl KeyRecords for Slow {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let found = KeyRecords::read(&*self.store, tenant).await;
        self.lets.acquire().await.map_err(StoreError::new)?.forget();
        found
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        KeyRecords::create(&*self.store, tenant, keys).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        KeyRecords::change(&*self.store, tenant, keys, from).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        KeyRecords::erase(&*self.store, tenant).await
    }

    fn writes(&self) -> Option<u64> {
        self.store.writes().filter(|_| self.counts)
    }

    fn lasts(&self) -> bool {
        self.store.lasts()
    }
}

/// Writes a new ticket key beside the ring.
async fn replace_ticket_key(store: &Slow, tenant: &TenantId, number: u8) {
    let old = KeyRecords::read(&*store.store, tenant).await.unwrap().unwrap();
    let new = generate(&SystemEntropy, KeyPurpose::Ticket(number), NOW).await.unwrap();
    let next = succeed(&old, new, Duration::ZERO, NOW);
    KeyRecords::change(&*store.store, tenant, next, old.version).await.unwrap();
}

async fn slow(counts: bool) -> (Arc<Slow>, TenantId, Ring) {
    let (store, tenant, _) = acme(SigningAlg::EdDsa).await;
    let lets = tokio::sync::Semaphore::new(1);
    let slow = Arc::new(Slow { store, lets, reads: 0.into(), counts });
    let ring = Ring::new(slow.clone(), 100);
    ring.public(&tenant, NOW).await.unwrap();
    (slow, tenant, ring)
}

#[tokio::test]
async fn one_asks_while_others_use_what_they_have_and_whoever_hangs_up_asks_no_more() {
    let (store, tenant, ring) = slow(false).await;
    let later = NOW.plus(Duration::from_millis(1_001));
    for asked in 2..=3 {
        let mut first = std::pin::pin!(ring.public(&tenant, later));
        assert!(futures_util::poll!(&mut first).is_pending());
        assert_eq!(store.reads.load(Ordering::SeqCst), asked);
        ring.public(&tenant, later).await.unwrap();
        ring.public(&tenant, later).await.unwrap();
        assert_eq!(store.reads.load(Ordering::SeqCst), asked);
    }
    // Nobody uses keys that were last seen so long ago.
    let late = NOW.plus(Duration::from_millis(10_001));
    let (one, other) = (ring.public(&tenant, late), ring.public(&tenant, late));
    let (mut one, mut other) = (std::pin::pin!(one), std::pin::pin!(other));
    assert!(futures_util::poll!(&mut one).is_pending());
    assert!(futures_util::poll!(&mut other).is_pending());
}

#[tokio::test]
async fn what_was_read_before_the_keys_changed_is_not_kept() {
    let (store, tenant, ring) = slow(false).await;
    ring.forget(&tenant);
    let later = NOW.plus(Duration::from_millis(1_001));
    let mut first = std::pin::pin!(ring.ticket_key(&tenant, None, later));
    assert!(futures_util::poll!(&mut first).is_pending());
    replace_ticket_key(&store, &tenant, 2).await;
    ring.forget(&tenant);
    store.lets.add_permits(2);
    first.await.unwrap();
    assert_eq!(ring.ticket_key(&tenant, None, later).await.unwrap().unwrap().id(), 2);
}

#[tokio::test]
async fn a_store_that_counts_what_is_written_is_asked_when_it_has_counted_on() {
    let (store, tenant, ring) = slow(true).await;
    for millis in [1_001, 10_001, 1_000_000_000] {
        ring.public(&tenant, NOW.plus(Duration::from_millis(millis))).await.unwrap();
    }
    assert_eq!(store.reads.load(Ordering::SeqCst), 1);
    replace_ticket_key(&store, &tenant, 2).await;
    store.lets.add_permits(1);
    let later = NOW.plus(Duration::from_millis(1_001));
    assert_eq!(ring.ticket_key(&tenant, None, later).await.unwrap().unwrap().id(), 2);
    assert_eq!(store.reads.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn what_was_read_before_a_write_does_not_pass_for_what_is_after_it() {
    let (store, tenant, ring) = slow(true).await;
    replace_ticket_key(&store, &tenant, 2).await;
    let later = NOW.plus(Duration::from_millis(10_001));
    let mut first = std::pin::pin!(ring.ticket_key(&tenant, None, later));
    assert!(futures_util::poll!(&mut first).is_pending());
    replace_ticket_key(&store, &tenant, 3).await;
    // Waits for the same answer, which is older than this question.
    let mut joins = std::pin::pin!(ring.ticket_key(&tenant, None, later));
    assert!(futures_util::poll!(&mut joins).is_pending());
    assert_eq!(store.reads.load(Ordering::SeqCst), 2);
    store.lets.add_permits(2);
    for waiting in [first.await, joins.await] {
        assert_eq!(waiting.unwrap().unwrap().id(), 2);
    }
    let after = later.plus(Duration::from_millis(1_001));
    assert_eq!(ring.ticket_key(&tenant, None, after).await.unwrap().unwrap().id(), 3);
}
