//! Tenants, clients, users and keys: created once, and never in another tenant's name.

use futures_util::future::join_all;
use grantry::{
    ports::{Create, KeyMaterial, KeyPurpose, KeyRecord, Stores},
    types::{Account, Client, ClientKind, Policy, SigningAlg, Tenant},
};

use super::sample::{T0, subject, tenant};

fn policy() -> Policy {
    Policy::new("https://api.example.com".parse().expect("an audience"))
}

fn account(subject_: &str, name: &str) -> Account {
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
    let keys = |byte: u8| {
        let purposes = [KeyPurpose::Signing(SigningAlg::EdDsa), KeyPurpose::Ticket(1)];
        let one = |purpose| KeyRecord {
            purpose,
            material: KeyMaterial::new(vec![byte; 32]),
            created_at: T0,
        };
        purposes.map(one).to_vec()
    };
    let bytes = |keys: Vec<KeyRecord>| -> Vec<_> {
        keys.iter()
            .map(|key| (key.purpose, key.material.expose().to_vec(), key.created_at))
            .collect()
    };
    assert!(store.list(&acme).await.expect("the store answers").is_empty());
    assert_eq!(store.create(&acme, keys(1)).await.expect("the store answers"), Create::Created);
    assert_eq!(store.create(&acme, keys(2)).await.expect("the store answers"), Create::Conflict);
    assert_eq!(store.create(&globex, keys(3)).await.expect("the store answers"), Create::Created);
    assert_eq!(bytes(store.list(&acme).await.expect("the store answers")), bytes(keys(1)));
    assert_eq!(bytes(store.list(&globex).await.expect("the store answers")), bytes(keys(3)));
}
