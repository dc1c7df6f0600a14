//! Rows are listed, renamed, deleted and erased in their own tenant alone.

use grantry::{
    ports::{AccountChange, Create, Stores},
    types::{Account, Client, ClientId, ClientKind, Subject, Tenant, TenantId, Version},
};

use super::rows::{account, keys, policy, written};
use super::sample::{subject, tenant};

/// More than anybody lists at once.
const MANY: u32 = 250;
const PAGE: usize = 100;

fn client_id(id: &str) -> ClientId {
    id.parse().expect("a client id")
}

fn client(id: &str) -> Client {
    Client::new(client_id(id), ClientKind::Public)
}

/// Numbers in an order that is not theirs.
fn shuffled() -> impl Iterator<Item = u32> {
    (0..MANY).map(|n| n * 97 % MANY)
}

/// Names in the order in which they are listed: that of their bytes.
fn ordered(name: impl Fn(u32) -> String) -> Vec<String> {
    let mut all: Vec<_> = (0..MANY).map(name).collect();
    all.sort();
    all
}

/// In the order of their ids, each once, without those that were deleted.
pub async fn tenants_are_listed_in_order(stores: &Stores) {
    let store = &stores.tenants;
    for n in shuffled() {
        let row = Tenant::new(tenant(&format!("t{n}")), policy());
        store.create(row).await.expect("the store answers");
    }
    store.create(Tenant::new(tenant("gone"), policy())).await.expect("the store answers");
    store.delete(&tenant("gone")).await.expect("the store answers");
    let (mut found, mut after) = (Vec::new(), None::<TenantId>);
    loop {
        let page = store.list(after.as_ref(), PAGE).await.expect("the store answers");
        assert!(page.len() <= PAGE);
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        found.extend(page.iter().map(|row| row.id.to_string()));
    }
    assert_eq!(found, ordered(|n| format!("t{n}")));
    // After one that is not there, the next ones all the same.
    let gone = store.list(Some(&tenant("gone")), 3).await.expect("the store answers");
    assert_eq!(gone.iter().map(|row| row.id.to_string()).collect::<Vec<_>>(), found[..3]);
    assert!(store.list(None, 0).await.expect("the store answers").is_empty());
}

/// In the order of their ids, of one tenant alone.
pub async fn clients_are_listed_in_order(stores: &Stores) {
    let (store, acme, globex) = (&stores.clients, tenant("acme"), tenant("globex"));
    for n in shuffled() {
        store.create(&acme, client(&format!("c{n}"))).await.expect("the store answers");
        store.create(&globex, client(&format!("c{n}-other"))).await.expect("the store answers");
    }
    let (mut found, mut after) = (Vec::new(), None::<ClientId>);
    loop {
        let page = store.list(&acme, after.as_ref(), PAGE).await.expect("the store answers");
        assert!(page.len() <= PAGE);
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        found.extend(page.iter().map(|row| row.id.to_string()));
    }
    assert_eq!(found, ordered(|n| format!("c{n}")));
    let nobody = store.list(&tenant("nobody"), None, PAGE).await.expect("the store answers");
    assert!(nobody.is_empty());
}

/// In the order of their subjects, of one tenant alone.
pub async fn users_are_listed_in_order(stores: &Stores) {
    let (store, acme, globex) = (&stores.accounts, tenant("acme"), tenant("globex"));
    for n in shuffled() {
        // Names in another order than subjects.
        let name = format!("u{}", MANY - n);
        store.create(&acme, account(&format!("s{n}"), &name)).await.expect("the store answers");
        let other = account(&format!("s{n}-other"), &name);
        store.create(&globex, other).await.expect("the store answers");
    }
    let (mut found, mut after) = (Vec::new(), None::<Subject>);
    loop {
        let page = store.list(&acme, after.as_ref(), PAGE).await.expect("the store answers");
        assert!(page.len() <= PAGE);
        let Some(last) = page.last() else { break };
        after = Some(last.subject.clone());
        found.extend(page.iter().map(|row| row.subject.to_string()));
    }
    assert_eq!(found, ordered(|n| format!("s{n}")));
}

/// TN-05: a deleted tenant is not there, and its id stays taken; deleting is no error.
pub async fn the_id_of_a_deleted_tenant_stays_taken(stores: &Stores) {
    let (store, acme) = (&stores.tenants, Tenant::new(tenant("acme"), policy()));
    store.delete(&acme.id).await.expect("one that is not there is no error");
    assert_eq!(store.create(acme.clone()).await.expect("the store answers"), Create::Created);
    for _ in 0..2 {
        store.delete(&acme.id).await.expect("the store answers");
        assert!(store.read(&acme.id).await.expect("the store answers").is_none());
        assert_eq!(store.create(acme.clone()).await.expect("the store answers"), Create::Conflict);
        assert!(store.read(&acme.id).await.expect("the store answers").is_none());
    }
}

/// A deleted client or user is not there; a later one of the same id or name is as new.
pub async fn deleted_clients_and_users_can_be_created_anew(stores: &Stores) {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    let (clients, accounts) = (&stores.clients, &stores.accounts);
    for owner in [&acme, &globex] {
        clients.create(owner, client("app")).await.expect("the store answers");
        accounts.create(owner, account("s1", "alice")).await.expect("the store answers");
    }
    for _ in 0..2 {
        clients.delete(&acme, &client_id("app")).await.expect("the store answers");
        accounts.delete(&acme, &subject("s1")).await.expect("the store answers");
        let app = clients.read(&acme, &client_id("app")).await.expect("the store answers");
        let by_name = accounts.by_username(&acme, "alice").await.expect("the store answers");
        let by_subject = accounts.by_subject(&acme, &subject("s1")).await;
        assert!(app.is_none() && by_name.is_none());
        assert!(by_subject.expect("the store answers").is_none());
    }
    let mut other = client("app");
    other.disabled = true;
    assert_eq!(clients.create(&acme, other).await.expect("the store answers"), Create::Created);
    let other = accounts.create(&acme, account("s2", "alice")).await;
    assert_eq!(other.expect("the store answers"), Create::Created);
    let kept = clients.read(&globex, &client_id("app")).await.expect("the store answers");
    assert_eq!(kept.as_deref(), Some(&client("app")));
    let kept = accounts.by_username(&globex, "alice").await.expect("the store answers");
    assert_eq!(kept.as_deref(), Some(&account("s1", "alice")));
}

fn renamed(subject: &str, name: &str, version: u64) -> Account {
    let mut row = account(subject, name);
    row.version = Version(version);
    row
}

/// LG-20: a new name is found and the old one is free; one that another has is taken, and a lost
/// change reserves nothing.
pub async fn a_user_changes_their_name(stores: &Stores) {
    let (store, acme) = (&stores.accounts, tenant("acme"));
    for row in [account("s1", "alice"), account("s2", "bob")] {
        store.create(&acme, row).await.expect("the store answers");
    }
    store.create(&tenant("globex"), account("s3", "carol")).await.expect("the store answers");
    let change = async |row: Account, from| {
        store.change(&acme, row, Version(from)).await.expect("the store answers")
    };
    let who = async |name: &str| {
        let row = store.by_username(&acme, name).await.expect("the store answers");
        row.map(|row| row.subject.to_string())
    };
    assert_eq!(change(renamed("s1", "bob", 1), 0).await, AccountChange::Taken);
    assert_eq!(change(renamed("s1", "dave", 9), 8).await, AccountChange::Lost);
    assert_eq!(change(renamed("s9", "dave", 1), 0).await, AccountChange::Lost);
    assert_eq!((who("alice").await, who("bob").await), (Some("s1".into()), Some("s2".into())));
    assert_eq!(who("dave").await, None);
    // A name of another tenant's is free, and so is one's own.
    assert_eq!(change(renamed("s1", "carol", 1), 0).await, AccountChange::Written);
    assert_eq!(change(renamed("s1", "carol", 2), 1).await, AccountChange::Written);
    assert_eq!((who("alice").await, who("carol").await), (None, Some("s1".into())));
    let row = store.by_subject(&acme, &subject("s1")).await.expect("the store answers");
    assert_eq!(row.as_deref(), Some(&renamed("s1", "carol", 2)));
    let new = store.create(&acme, account("s4", "alice")).await.expect("the store answers");
    assert_eq!(new, Create::Created, "the old name is free");
    let dave = store.create(&acme, account("s5", "dave")).await.expect("the store answers");
    assert_eq!(dave, Create::Created, "nothing was reserved by who lost");
    assert_eq!(change(renamed("s1", "alice", 3), 2).await, AccountChange::Taken);
}

/// TN-02, TN-05: everything of one tenant goes, and nothing of another.
pub async fn erasing_touches_one_tenant_alone(stores: &Stores) {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    for owner in [&acme, &globex] {
        for n in 0..5 {
            let (client, name) = (client(&format!("c{n}")), format!("u{n}"));
            stores.clients.create(owner, client).await.expect("the store answers");
            let user = account(&format!("s{n}"), &name);
            stores.accounts.create(owner, user).await.expect("the store answers");
        }
        stores.key_records.create(owner, keys(7)).await.expect("the store answers");
    }
    for _ in 0..2 {
        stores.clients.erase(&acme).await.expect("the store answers");
        stores.accounts.erase(&acme).await.expect("the store answers");
        stores.key_records.erase(&acme).await.expect("the store answers");
    }
    for (owner, left) in [(&acme, 0), (&globex, 5)] {
        let clients = stores.clients.list(owner, None, 99).await.expect("the store answers");
        let users = stores.accounts.list(owner, None, 99).await.expect("the store answers");
        assert_eq!((clients.len(), users.len()), (left, left));
        let named = stores.accounts.by_username(owner, "u3").await.expect("the store answers");
        assert_eq!(named.is_some(), left > 0);
        assert_eq!(written(stores.key_records.read(owner).await).is_some(), left > 0);
    }
    let new = stores.accounts.create(&acme, account("s9", "u3")).await.expect("the store answers");
    assert_eq!(new, Create::Created, "no name is left behind");
    let new = stores.key_records.create(&acme, keys(8)).await.expect("the store answers");
    assert_eq!(new, Create::Created);
}
