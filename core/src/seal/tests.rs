use std::{collections::HashSet, sync::Arc};

use super::{MasterKey, SealedKeys, Unreadable, envelope::unwrap};
use crate::keys::first;
use crate::memory::MemoryStore;
use crate::ports::{
    Change, KeyMaterial, KeyPurpose, KeyRecord, KeyRecords, KeySet, KeySpan, Newer,
};
use crate::system::SystemEntropy;
use crate::types::{SigningAlg, TenantId, Timestamp, Version};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

async fn keys() -> KeySet {
    first(&SystemEntropy, [SigningAlg::EdDsa].into(), NOW).await.unwrap()
}

/// Keys of acme in a store below this master key.
async fn kept(master: MasterKey) -> (Arc<MemoryStore>, SealedKeys, KeySet) {
    let store = Arc::new(MemoryStore::default());
    let (sealed, set) = (SealedKeys::new(store.clone(), master), keys().await);
    sealed.create(&tenant("acme"), set.clone()).await.unwrap();
    (store, sealed, set)
}

async fn raw(store: &MemoryStore, name: &str) -> KeySet {
    KeyRecords::read(store, &tenant(name)).await.unwrap().unwrap()
}

async fn put(store: &MemoryStore, name: &str, mut set: KeySet) {
    let old = raw(store, name).await.version;
    set.version = old.next();
    let written = KeyRecords::change(store, &tenant(name), set, old).await.unwrap();
    assert_eq!(written, Change::Written);
}

fn why(outcome: Result<Option<KeySet>, Unreadable>) -> &'static str {
    match outcome.unwrap_err() {
        Unreadable::Sealed { why, .. } => why.reason(),
        Unreadable::Store(error) => unreachable!("{error}"),
    }
}

fn bytes(set: &KeySet) -> Vec<(KeyPurpose, Vec<u8>, KeySpan)> {
    set.keys.iter().map(|key| (key.purpose, key.material.expose().to_vec(), key.span)).collect()
}

#[tokio::test]
async fn a_store_sees_envelopes_and_the_server_keys() {
    let (store, sealed, set) = kept(MasterKey::new([7; 32])).await;
    assert_eq!(bytes(&sealed.open(&tenant("acme")).await.unwrap().unwrap()), bytes(&set));
    let mut seen = HashSet::new();
    for (kept, plain) in raw(&store, "acme").await.keys.iter().zip(&set.keys) {
        let (kept, plain) = (kept.material.expose(), plain.material.expose());
        assert_eq!(kept.len(), plain.len() + 56);
        for part in plain.windows(8) {
            assert!(!kept.windows(8).any(|window| window == part));
        }
        // Another salt and another nonce each time, behind the mark and the name of the master key.
        assert!(seen.insert(kept[12..28].to_vec()) && seen.insert(kept[28..40].to_vec()));
        assert_eq!(kept[..12], raw(&store, "acme").await.keys[0].material.expose()[..12]);
    }
    assert!(sealed.open(&tenant("globex")).await.unwrap().is_none());
}

#[tokio::test]
async fn a_wrong_or_missing_master_key_is_told_from_a_damaged_row() {
    let (store, sealed, set) = kept(MasterKey::new([7; 32])).await;
    let acme = tenant("acme");
    let other = SealedKeys::new(store.clone(), MasterKey::new([8; 32]));
    assert_eq!(why(other.open(&acme).await), "unknown_master_key");
    assert_eq!(why(SealedKeys::over(store.clone(), None).open(&acme).await), "no_master_key");
    let whole = raw(&store, "acme").await;
    for n in 0..set.keys.len() {
        for at in 0..whole.keys[n].material.expose().len() {
            let mut set = whole.clone();
            let mut bytes = set.keys[n].material.expose().to_vec();
            bytes[at] ^= 1;
            let mark = unwrap(&bytes).is_none();
            set.keys[n].material = KeyMaterial::new(bytes);
            put(&store, "acme", set).await;
            let opened = sealed.open(&acme).await;
            match at {
                // No envelope any more: no key either, which nobody can parse.
                0..4 => assert!(mark && opened.is_ok()),
                4..12 => assert_eq!(why(opened), "unknown_master_key"),
                _ => assert_eq!(why(opened), "damaged"),
            }
        }
    }
}

#[tokio::test]
async fn an_envelope_opens_where_it_was_made_and_nowhere_else() {
    let (store, sealed, set) = kept(MasterKey::new([7; 32])).await;
    let whole = raw(&store, "acme").await;
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    // Another tenant.
    KeyRecords::create(&*store, &globex, whole.clone()).await.unwrap();
    assert_eq!(why(sealed.open(&globex).await), "damaged");
    // Another key of the row.
    for (from, to) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
        let mut swapped = whole.clone();
        swapped.keys[to].material = whole.keys[from].material.clone();
        put(&store, "acme", swapped).await;
        assert_eq!(why(sealed.open(&acme).await), "damaged", "{from} {to}");
    }
    // Another purpose, algorithm or number, and another key of the same kind.
    let seed = set.keys.iter().position(|key| key.purpose == KeyPurpose::Ticket(1)).unwrap();
    let odd: [&dyn Fn(&mut KeyRecord); 5] = [
        &|key| key.purpose = KeyPurpose::Subjects,
        &|key| key.purpose = KeyPurpose::Ticket(2),
        &|key| key.purpose = KeyPurpose::Signing(SigningAlg::EdDsa),
        &|key| key.purpose = KeyPurpose::Signing(SigningAlg::Es256),
        &|key| key.span.active_from = NOW.next(),
    ];
    for change in odd {
        let mut moved = whole.clone();
        change(&mut moved.keys[seed]);
        put(&store, "acme", moved).await;
        assert_eq!(why(sealed.open(&acme).await), "damaged");
    }
    // A plan changes, and the key stays.
    let mut planned = whole.clone();
    planned.keys[seed].span.gone_at = Some(NOW.next());
    put(&store, "acme", planned).await;
    assert!(sealed.open(&acme).await.is_ok());
}

#[tokio::test]
async fn what_is_sealed_is_never_handed_on_in_the_clear() {
    let (store, sealed, set) = kept(MasterKey::new([7; 32])).await;
    let acme = tenant("acme");
    let mut next = set.clone();
    next.version = Version(1);
    assert_eq!(sealed.change(&acme, next, Version(0)).await.unwrap(), Change::Written);
    let row = raw(&store, "acme").await;
    assert!(row.keys.iter().all(|key| unwrap(key.material.expose()).is_some()));
    assert_eq!(bytes(&sealed.read(&acme).await.unwrap().unwrap()), bytes(&set));
    assert!(matches!(sealed.read_newer(&acme, Version(1)).await.unwrap(), Newer::Same));
    let newer = sealed.read_newer(&acme, Version(0)).await.unwrap();
    assert!(matches!(newer, Newer::Changed(newer) if bytes(&newer) == bytes(&set)));
    sealed.erase(&acme).await.unwrap();
    assert!(matches!(sealed.read_newer(&acme, Version(1)).await.unwrap(), Newer::Gone));
}

#[tokio::test]
async fn everything_is_sealed_anew_under_the_newest_master_key() {
    let (old, new) = (MasterKey::new([7; 32]), MasterKey::new([8; 32]));
    let (store, sealed, set) = kept(old.clone()).await;
    let acme = tenant("acme");
    assert!(!sealed.reseal(&acme).await.unwrap(), "nothing to do");
    assert_eq!(raw(&store, "acme").await.version, Version(0));
    let both = SealedKeys::new(store.clone(), new.clone().and_formerly(old.clone()));
    assert_eq!(bytes(&both.open(&acme).await.unwrap().unwrap()), bytes(&set));
    assert!(both.reseal(&acme).await.unwrap());
    assert!(!both.reseal(&acme).await.unwrap(), "once");
    let alone = SealedKeys::new(store.clone(), new);
    assert_eq!(bytes(&alone.open(&acme).await.unwrap().unwrap()), bytes(&set));
    // Removed too early elsewhere.
    assert_eq!(why(sealed.open(&acme).await), "unknown_master_key");
    assert_eq!(why(sealed.reseal(&acme).await.map(|_| None)), "unknown_master_key");
    assert!(!both.reseal(&tenant("globex")).await.unwrap(), "who has no keys");
}

#[tokio::test]
async fn what_was_in_the_clear_is_sealed_and_nothing_else_is_touched() {
    let (store, acme) = (Arc::new(MemoryStore::default()), tenant("acme"));
    let set = keys().await;
    KeyRecords::create(&*store, &acme, set.clone()).await.unwrap();
    let sealed = SealedKeys::new(store.clone(), MasterKey::new([7; 32]));
    assert_eq!(bytes(&sealed.open(&acme).await.unwrap().unwrap()), bytes(&set));
    assert!(sealed.reseal(&acme).await.unwrap());
    let mut row = raw(&store, "acme").await;
    assert!(row.keys.iter().all(|key| unwrap(key.material.expose()).is_some()));
    // One comes in the clear among them: the others stay as they are.
    row.keys[0].material = set.keys[0].material.clone();
    let others = bytes(&row)[1..].to_vec();
    put(&store, "acme", row).await;
    assert!(sealed.reseal(&acme).await.unwrap());
    assert_eq!(bytes(&raw(&store, "acme").await)[1..], others);
    assert_eq!(bytes(&sealed.open(&acme).await.unwrap().unwrap()), bytes(&set));
}

#[tokio::test]
async fn a_random_key_that_begins_like_an_envelope_is_a_key() {
    let mut material = vec![9; 32];
    material[..4].copy_from_slice(b"gsk\x01");
    let (store, acme) = (Arc::new(MemoryStore::default()), tenant("acme"));
    let span = KeySpan::from(NOW);
    let material = KeyMaterial::new(material);
    let set = KeySet {
        version: Version(0),
        keys: vec![KeyRecord { purpose: KeyPurpose::Ticket(1), material, span }],
    };
    KeyRecords::create(&*store, &acme, set.clone()).await.unwrap();
    let sealed = SealedKeys::new(store.clone(), MasterKey::new([7; 32]));
    assert_eq!(bytes(&sealed.open(&acme).await.unwrap().unwrap()), bytes(&set));
    assert!(sealed.reseal(&acme).await.unwrap());
    assert_eq!(bytes(&sealed.open(&acme).await.unwrap().unwrap()), bytes(&set));
}
