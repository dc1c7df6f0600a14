//! Tenants, clients, users and keys change by compare-and-set: whoever did not see the last write
//! changes nothing.

use futures_util::future::join_all;
use grantry::{
    ports::{AccountChange, Change, Create, Newer, Stores},
    types::{Account, Client, ClientKind, Tenant, Version},
};

use super::rows::{account, keys, policy, written};
use super::sample::{T0, subject, tenant};

/// How many change one row at once, and how often.
const CHANGERS: u64 = 16;
const ROUNDS: u64 = 100;

/// A tenant row of another version, which tells by its moment who wrote it.
fn tenant_at(version: u64, by: u64) -> Tenant {
    let mut row = Tenant::new(tenant("acme"), policy());
    (row.version, row.not_before) = (Version(version), T0.plus(std::time::Duration::from_secs(by)));
    row
}

fn client_at(version: u64, by: u64) -> Client {
    let mut row = Client::new("app".parse().expect("a client id"), ClientKind::Public);
    (row.version, row.not_before) = (Version(version), T0.plus(std::time::Duration::from_secs(by)));
    row
}

fn account_at(version: u64, by: u64) -> Account {
    let mut row = account("s1", "alice");
    (row.version, row.not_before) = (Version(version), T0.plus(std::time::Duration::from_secs(by)));
    row
}

/// Runs one piece of work for each of many, in tasks of their own, and counts who won.
pub(super) async fn winners<F>(work: impl Fn(u64) -> F) -> usize
where
    F: Future<Output = bool> + Send + 'static,
{
    let tasks: Vec<_> = (0..CHANGERS).map(|by| tokio::spawn(work(by))).collect();
    let won = join_all(tasks).await.into_iter().map(|done| done.expect("a task"));
    won.filter(|won| *won).count()
}

/// The right version is written, any other is lost and changes nothing, and nobody makes a row.
pub async fn a_tenant_changes_by_the_version_that_was_read(stores: &Stores) {
    let store = &stores.tenants;
    let change = async |to, by, from| {
        store.change(tenant_at(to, by), Version(from)).await.expect("the store answers")
    };
    let read = async || store.read(&tenant("acme")).await.expect("the store answers");
    assert_eq!(change(1, 1, 0).await, Change::Lost, "there is none");
    assert!(read().await.is_none());
    store.create(tenant_at(0, 0)).await.expect("the store answers");
    store.create(Tenant::new(tenant("globex"), policy())).await.expect("the store answers");
    for wrong in [1, 7, u64::MAX] {
        assert_eq!(change(wrong, 1, wrong).await, Change::Lost);
    }
    assert_eq!(read().await.as_deref(), Some(&tenant_at(0, 0)));
    assert_eq!(change(1, 1, 0).await, Change::Written);
    assert_eq!(change(1, 2, 0).await, Change::Lost);
    assert_eq!(read().await.as_deref(), Some(&tenant_at(1, 1)));
    let other = store.read(&tenant("globex")).await.expect("the store answers");
    assert_eq!(other.as_deref(), Some(&Tenant::new(tenant("globex"), policy())));
}

/// The same of a client, in its tenant alone.
pub async fn a_client_changes_by_the_version_that_was_read(stores: &Stores) {
    let (store, acme, globex) = (&stores.clients, tenant("acme"), tenant("globex"));
    let change = async |to, by, from| {
        let changed = store.change(&acme, client_at(to, by), Version(from)).await;
        changed.expect("the store answers")
    };
    let id = client_at(0, 0).id;
    let read = async |owner| store.read(owner, &id).await.expect("the store answers");
    store.create(&globex, client_at(0, 0)).await.expect("the store answers");
    assert_eq!(change(1, 1, 0).await, Change::Lost, "there is none");
    assert!(read(&acme).await.is_none());
    store.create(&acme, client_at(0, 0)).await.expect("the store answers");
    for wrong in [1, 7, u64::MAX] {
        assert_eq!(change(wrong, 1, wrong).await, Change::Lost);
    }
    assert_eq!(read(&acme).await.as_deref(), Some(&client_at(0, 0)));
    assert_eq!(change(1, 1, 0).await, Change::Written);
    assert_eq!(change(1, 2, 0).await, Change::Lost);
    assert_eq!(read(&acme).await.as_deref(), Some(&client_at(1, 1)));
    assert_eq!(read(&globex).await.as_deref(), Some(&client_at(0, 0)));
}

/// The same of a user, found by name and by subject as before.
pub async fn a_user_changes_by_the_version_that_was_read(stores: &Stores) {
    let (store, acme, globex) = (&stores.accounts, tenant("acme"), tenant("globex"));
    let change = async |to, by, from| {
        let changed = store.change(&acme, account_at(to, by), Version(from)).await;
        changed.expect("the store answers")
    };
    let read = async |owner| {
        let by_name = store.by_username(owner, "alice").await.expect("the store answers");
        let by_subject = store.by_subject(owner, &subject("s1")).await.expect("the store answers");
        assert_eq!(by_name, by_subject);
        by_name
    };
    store.create(&globex, account_at(0, 0)).await.expect("the store answers");
    assert_eq!(change(1, 1, 0).await, AccountChange::Lost, "there is none");
    assert!(read(&acme).await.is_none());
    store.create(&acme, account_at(0, 0)).await.expect("the store answers");
    for wrong in [1, 7, u64::MAX] {
        assert_eq!(change(wrong, 1, wrong).await, AccountChange::Lost);
    }
    assert_eq!(read(&acme).await.as_deref(), Some(&account_at(0, 0)));
    assert_eq!(change(1, 1, 0).await, AccountChange::Written);
    assert_eq!(change(1, 2, 0).await, AccountChange::Lost);
    assert_eq!(read(&acme).await.as_deref(), Some(&account_at(1, 1)));
    assert_eq!(read(&globex).await.as_deref(), Some(&account_at(0, 0)));
}

/// Who knows a version of a tenant's keys hears whether they are still the ones, what they are if not, and that
/// there are none.
pub async fn who_knows_keys_hears_whether_there_are_others(stores: &Stores) {
    let (store, acme, globex) = (&stores.key_records, tenant("acme"), tenant("globex"));
    let newer = async |owner, known| {
        let newer = store.read_newer(owner, Version(known)).await.expect("the store answers");
        match newer {
            Newer::Gone => "none".to_owned(),
            Newer::Same => "the same".to_owned(),
            Newer::Changed(set) => format!("{:?}", written(Ok(Some(set)))),
        }
    };
    assert_eq!(newer(&acme, 0).await, "none");
    store.create(&globex, keys(9)).await.expect("the store answers");
    store.create(&acme, keys(1)).await.expect("the store answers");
    assert_eq!(newer(&acme, 0).await, "the same");
    let mut next = keys(2);
    next.version = Version(1);
    let text = format!("{:?}", written(Ok(Some(next.clone()))));
    store.change(&acme, next, Version(0)).await.expect("the store answers");
    // A version that is yet to come is another one too: after a restore there may be none so new.
    for other in [0, 2, u64::MAX] {
        assert_eq!(newer(&acme, other).await, text);
    }
    assert_eq!(newer(&acme, 1).await, "the same");
    assert_eq!(newer(&globex, 0).await, "the same");
    store.erase(&acme).await.expect("the store answers");
    assert_eq!(newer(&acme, 1).await, "none");
}

/// The same of a tenant's keys, which are one row.
pub async fn keys_change_by_the_version_that_was_read(stores: &Stores) {
    let (store, acme, globex) = (&stores.key_records, tenant("acme"), tenant("globex"));
    let change = async |byte, to, from| {
        let mut set = keys(byte);
        set.version = Version(to);
        store.change(&acme, set, Version(from)).await.expect("the store answers")
    };
    let read = async |owner| written(store.read(owner).await);
    let at = |byte, version| {
        let mut set = keys(byte);
        set.version = Version(version);
        written(Ok(Some(set)))
    };
    store.create(&globex, keys(9)).await.expect("the store answers");
    assert_eq!(change(1, 1, 0).await, Change::Lost, "there are none");
    assert_eq!(read(&acme).await, None);
    store.create(&acme, keys(1)).await.expect("the store answers");
    for wrong in [1, 7, u64::MAX] {
        assert_eq!(change(2, wrong, wrong).await, Change::Lost);
    }
    assert_eq!(read(&acme).await, at(1, 0));
    assert_eq!(change(2, 1, 0).await, Change::Written);
    assert_eq!(change(3, 1, 0).await, Change::Lost);
    assert_eq!(read(&acme).await, at(2, 1));
    assert_eq!(read(&globex).await, at(9, 0));
}

/// TN-05: a deleted tenant changes no more, under whatever version.
pub async fn a_deleted_tenant_does_not_change(stores: &Stores) {
    let store = &stores.tenants;
    store.create(tenant_at(0, 0)).await.expect("the store answers");
    store.delete(&tenant("acme")).await.expect("the store answers");
    for version in [0, 1, 2] {
        let changed = store.change(tenant_at(version + 1, 1), Version(version)).await;
        assert_eq!(changed.expect("the store answers"), Change::Lost);
    }
    assert!(store.read(&tenant("acme")).await.expect("the store answers").is_none());
}

/// Of many who change one version of a tenant, one does, and what is read is theirs.
pub async fn one_version_of_a_tenant_is_changed_by_one(stores: &Stores) {
    stores.tenants.create(tenant_at(0, 0)).await.expect("the store answers");
    for version in 0..ROUNDS {
        let won = winners(|by| {
            let store = stores.tenants.clone();
            async move {
                let changed = store.change(tenant_at(version + 1, by), Version(version)).await;
                changed.expect("the store answers") == Change::Written
            }
        });
        assert_eq!(won.await, 1, "version {version}");
    }
    let row = stores.tenants.read(&tenant("acme")).await.expect("the store answers");
    assert_eq!(row.expect("the row").version, Version(ROUNDS));
}

/// Of many who change one version of a client, one does.
pub async fn one_version_of_a_client_is_changed_by_one(stores: &Stores) {
    let acme = tenant("acme");
    stores.clients.create(&acme, client_at(0, 0)).await.expect("the store answers");
    for version in 0..ROUNDS {
        let won = winners(|by| {
            let (store, acme) = (stores.clients.clone(), acme.clone());
            async move {
                let next = client_at(version + 1, by);
                let changed = store.change(&acme, next, Version(version)).await;
                changed.expect("the store answers") == Change::Written
            }
        });
        assert_eq!(won.await, 1, "version {version}");
    }
}

/// Of many who change one version of a user, one does, whatever they change; and of many who want
/// one name, one gets it.
pub async fn one_version_of_a_user_is_changed_by_one(stores: &Stores) {
    let acme = tenant("acme");
    stores.accounts.create(&acme, account_at(0, 0)).await.expect("the store answers");
    for version in 0..ROUNDS {
        let won = winners(|by| {
            let (store, acme) = (stores.accounts.clone(), acme.clone());
            async move {
                let mut next = account_at(version + 1, by);
                next.username = format!("alice-{version}-{by}").into();
                let changed = store.change(&acme, next, Version(version)).await;
                changed.expect("the store answers") == AccountChange::Written
            }
        });
        assert_eq!(won.await, 1, "version {version}");
        let row = stores.accounts.by_subject(&acme, &subject("s1")).await;
        let row = row.expect("the store answers").expect("the row");
        for by in 0..CHANGERS {
            let name = format!("alice-{version}-{by}");
            let found = stores.accounts.by_username(&acme, &name).await.expect("the store answers");
            assert_eq!(found.is_some(), *row.username == *name, "{name}");
        }
    }
}

/// Of many who change one version of a tenant's keys, one does.
pub async fn one_version_of_keys_is_changed_by_one(stores: &Stores) {
    let acme = tenant("acme");
    let created = stores.key_records.create(&acme, keys(0)).await;
    assert_eq!(created.expect("the store answers"), Create::Created);
    for version in 0..ROUNDS {
        let won = winners(|by| {
            let (store, acme) = (stores.key_records.clone(), acme.clone());
            async move {
                let mut next = keys(u8::try_from(by).expect("few"));
                next.version = Version(version + 1);
                let changed = store.change(&acme, next, Version(version)).await;
                changed.expect("the store answers") == Change::Written
            }
        });
        assert_eq!(won.await, 1, "version {version}");
    }
}
