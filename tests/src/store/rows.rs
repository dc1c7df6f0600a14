//! Tenants, clients, users and keys: created once, and never in another tenant's name.

use futures_util::future::join_all;
use grantry::{
    ports::{Create, KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan, StoreError, Stores},
    types::{Account, Client, ClientKind, Policy, SigningAlg, Tenant, Version},
};

use super::sample::{T0, subject, tenant};

pub(super) fn policy() -> Policy {
    Policy::new("https://api.example.com".parse().expect("an audience"))
}

pub(super) fn account(subject_: &str, name: &str) -> Account {
    Account::new(subject(subject_), name.into(), "$argon2id$…".into())
}

/// A tenant is read as it was created, and created once.
pub async fn a_tenant_is_created_once(stores: &Stores) {
    let (store, acme) = (&stores.tenants, Tenant::new(tenant("acme"), policy()));
    assert_eq!(store.read(&acme.id).await.expect("the store answers"), None);
    assert_eq!(store.create(acme.clone()).await.expect("the store answers"), Create::Created);
    let mut other = acme.clone();
    other.disabled = true;
    assert_eq!(store.create(other).await.expect("the store answers"), Create::Conflict);
    assert_eq!(store.read(&acme.id).await.expect("the store answers").as_deref(), Some(&acme));
    assert_eq!(store.read(&tenant("acm")).await.expect("the store answers"), None);
}

/// A client is read as it was created, in its tenant alone.
pub async fn a_client_is_created_once_in_its_tenant(stores: &Stores) {
    let (store, acme, globex) = (&stores.clients, tenant("acme"), tenant("globex"));
    let app = Client::new("app".parse().expect("a client id"), ClientKind::Public);
    let mut twin = app.clone();
    twin.disabled = true;
    assert_eq!(store.create(&acme, app.clone()).await.expect("the store answers"), Create::Created);
    assert_eq!(
        store.create(&acme, twin.clone()).await.expect("the store answers"),
        Create::Conflict
    );
    assert_eq!(store.read(&globex, &app.id).await.expect("the store answers"), None);
    assert_eq!(
        store.create(&globex, twin.clone()).await.expect("the store answers"),
        Create::Created
    );
    assert_eq!(store.read(&acme, &app.id).await.expect("the store answers").as_deref(), Some(&app));
    assert_eq!(
        store.read(&globex, &app.id).await.expect("the store answers").as_deref(),
        Some(&twin)
    );
}

/// Neither a name nor a subject is given out twice, and a refused user leaves nothing behind.
pub async fn a_user_is_unique_by_name_and_by_subject(stores: &Stores) {
    let (store, acme, globex) = (&stores.accounts, tenant("acme"), tenant("globex"));
    let alice = account("s1", "alice");
    assert_eq!(
        store.create(&acme, alice.clone()).await.expect("the store answers"),
        Create::Created
    );
    for twin in [account("s2", "alice"), account("s1", "bob")] {
        assert_eq!(store.create(&acme, twin).await.expect("the store answers"), Create::Conflict);
    }
    let by_name = store.by_username(&acme, "alice").await.expect("the store answers");
    let by_subject = store.by_subject(&acme, &subject("s1")).await.expect("the store answers");
    assert_eq!((by_name.as_deref(), by_subject.as_deref()), (Some(&alice), Some(&alice)));
    assert_eq!(store.by_username(&acme, "bob").await.expect("the store answers"), None);
    assert_eq!(store.by_subject(&acme, &subject("s2")).await.expect("the store answers"), None);
    assert_eq!(store.by_username(&globex, "alice").await.expect("the store answers"), None);
    assert_eq!(store.create(&globex, alice).await.expect("the store answers"), Create::Created);
}

/// LG-10, LG-20: of many who want one name, one gets it.
pub async fn a_name_is_given_to_one_of_many(stores: &Stores) {
    let acme = tenant("acme");
    for round in 0..100 {
        let tasks = (0..16).map(|n| {
            let (store, acme) = (stores.accounts.clone(), acme.clone());
            let new = account(&format!("s{round}-{n}"), &format!("alice{round}"));
            tokio::spawn(async move { store.create(&acme, new).await.expect("the store answers") })
        });
        let outcomes = join_all(tasks.collect::<Vec<_>>()).await;
        let created = |one: &Result<Create, _>| matches!(one, Ok(Create::Created));
        assert_eq!(outcomes.iter().filter(|one| created(one)).count(), 1, "round {round}");
    }
}

/// The first keys of a tenant are its keys.
pub async fn keys_are_created_once_for_a_tenant(stores: &Stores) {
    let (store, acme, globex) = (&stores.key_records, tenant("acme"), tenant("globex"));
    assert!(store.read(&acme).await.expect("the store answers").is_none());
    assert_eq!(store.create(&acme, keys(1)).await.expect("the store answers"), Create::Created);
    assert_eq!(store.create(&acme, keys(2)).await.expect("the store answers"), Create::Conflict);
    assert_eq!(store.create(&globex, keys(3)).await.expect("the store answers"), Create::Created);
    assert_eq!(written(store.read(&acme).await), written(Ok(Some(keys(1)))));
    assert_eq!(written(store.read(&globex).await), written(Ok(Some(keys(3)))));
}

/// Two keys of these bytes.
pub(super) fn keys(byte: u8) -> KeySet {
    let purposes = [KeyPurpose::Signing(SigningAlg::EdDsa), KeyPurpose::Ticket(1)];
    let one = |purpose| {
        let gone_at = (purpose == KeyPurpose::Ticket(1)).then_some(T0);
        let (material, span) = (KeyMaterial::new(vec![byte; 32]), KeySpan::from(T0));
        KeyRecord { purpose, material, span: KeySpan { gone_at, ..span } }
    };
    KeySet { version: Version::default(), keys: purposes.map(one).to_vec() }
}

/// All that there is to compare of keys.
type Written = (Version, Vec<(KeyPurpose, Vec<u8>, KeySpan)>);

/// What a store says of keys, as it can be compared.
pub(super) fn written(set: Result<Option<KeySet>, StoreError>) -> Option<Written> {
    let set = set.expect("the store answers")?;
    let bytes = |key: &KeyRecord| (key.purpose, key.material.expose().to_vec(), key.span);
    Some((set.version, set.keys.iter().map(bytes).collect()))
}
