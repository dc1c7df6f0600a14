//! What users allowed: one row for each user and client, in their own tenant alone.

use grantry::{
    ports::Stores,
    types::{ClientId, Consent, TenantId, Timestamp},
};

use super::sample::{T0, subject, tenant};

fn client(id: &str) -> ClientId {
    id.parse().expect("a client id")
}

fn consent(who: &str, whom: &str, scope: &str) -> Consent {
    let scope = scope.parse().expect("a scope");
    Consent { subject: subject(who), client: client(whom), scope, audience: None, given_at: T0 }
}

async fn read(stores: &Stores, owner: &TenantId, who: &str, whom: &str) -> Option<Consent> {
    let found = stores.consents.read(owner, &subject(who), &client(whom)).await;
    found.expect("the store answers")
}

async fn keep(stores: &Stores, owner: &TenantId, row: &Consent) {
    stores.consents.keep(owner, row.clone()).await.expect("the store answers");
}

/// Of this user, for this client, in this tenant; the last word counts.
pub async fn what_a_user_allows_is_kept(stores: &Stores) {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    assert_eq!(read(stores, &acme, "alice", "app").await, None);
    let first = consent("alice", "app", "read");
    keep(stores, &acme, &first).await;
    assert_eq!(read(stores, &acme, "alice", "app").await, Some(first));
    assert_eq!(read(stores, &acme, "bob", "app").await, None);
    assert_eq!(read(stores, &acme, "alice", "other").await, None);
    assert_eq!(read(stores, &globex, "alice", "app").await, None);
    let less = Consent { given_at: T0.next(), ..consent("alice", "app", "") };
    keep(stores, &acme, &less).await;
    keep(stores, &globex, &consent("alice", "app", "write")).await;
    assert_eq!(read(stores, &acme, "alice", "app").await, Some(less), "in place of the other");
    let other = read(stores, &globex, "alice", "app").await;
    assert_eq!(other, Some(consent("alice", "app", "write")));
}

/// Names that look like two others put together are others: nobody allows in somebody else's name.
pub async fn no_two_users_and_clients_are_one(stores: &Stores) {
    let acme = tenant("acme");
    let pairs = [("a", "b/c"), ("a/b", "c"), ("a b", "c"), ("a", "b"), ("a b/", "c"), ("A", "b")];
    for (n, (who, whom)) in pairs.iter().enumerate() {
        keep(stores, &acme, &consent(who, whom, &format!("scope{n}"))).await;
    }
    for (n, (who, whom)) in pairs.iter().enumerate() {
        let kept = consent(who, whom, &format!("scope{n}"));
        assert_eq!(read(stores, &acme, who, whom).await, Some(kept));
    }
    let alices = stores.consents.list(&acme, &subject("a"), None, 9).await;
    let clients: Vec<_> =
        alices.expect("the store answers").into_iter().map(|c| c.client).collect();
    assert_eq!(clients, ["b", "b/c"].map(client));
}

/// Every field comes back.
pub async fn every_field_of_a_consent_comes_back(stores: &Stores) {
    let acme = tenant("acme");
    let full = Consent {
        audience: Some("urn:b https://a.example".parse().expect("audiences")),
        given_at: Timestamp::from_millis(1_800_000_000_001),
        ..consent("s 1'\\\"", "a/client?&%'", "openid read urn:example:all")
    };
    keep(stores, &acme, &full).await;
    let found = stores.consents.read(&acme, &full.subject, &full.client).await;
    assert_eq!(found.expect("the store answers").as_ref(), Some(&full));
    let listed = stores.consents.list(&acme, &full.subject, None, 9).await;
    assert_eq!(listed.expect("the store answers"), [full]);
}

/// What is forgotten is not there; forgetting it again is no error and says so.
pub async fn what_a_user_allowed_is_forgotten(stores: &Stores) {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    let forget = async |who: &str, whom: &str| {
        let gone = stores.consents.forget(&acme, &subject(who), &client(whom)).await;
        gone.expect("the store answers")
    };
    assert!(!forget("alice", "app").await);
    for row in ["app", "other"].map(|whom| consent("alice", whom, "read")) {
        keep(stores, &acme, &row).await;
        keep(stores, &globex, &row).await;
    }
    keep(stores, &acme, &consent("bob", "app", "read")).await;
    assert!(forget("alice", "app").await);
    assert!(!forget("alice", "app").await);
    assert_eq!(read(stores, &acme, "alice", "app").await, None);
    for (owner, who, whom) in
        [(&acme, "alice", "other"), (&acme, "bob", "app"), (&globex, "alice", "app")]
    {
        assert!(read(stores, owner, who, whom).await.is_some(), "{owner} {who} {whom}");
    }
}

/// In the order of their clients, of one user in one tenant.
pub async fn consents_are_listed_in_order(stores: &Stores) {
    let (store, acme) = (&stores.consents, tenant("acme"));
    for n in (0..250).map(|n| n * 97 % 250) {
        keep(stores, &acme, &consent("alice", &format!("c{n}"), "read")).await;
        keep(stores, &acme, &consent("bob", &format!("c{n}-bob"), "read")).await;
        let other = consent("alice", &format!("c{n}-other"), "read");
        keep(stores, &tenant("globex"), &other).await;
    }
    let (mut found, mut after) = (Vec::new(), None::<ClientId>);
    loop {
        let page = store.list(&acme, &subject("alice"), after.as_ref(), 40).await;
        let page = page.expect("the store answers");
        assert!(page.len() <= 40);
        let Some(last) = page.last() else { break };
        after = Some(last.client.clone());
        found.extend(page.iter().map(|row| row.client.to_string()));
    }
    let mut ordered: Vec<_> = (0..250).map(|n| format!("c{n}")).collect();
    ordered.sort();
    assert_eq!(found, ordered);
    let none = store.list(&acme, &subject("nobody"), None, 40).await.expect("the store answers");
    assert!(none.is_empty());
}

/// Nothing is left of a tenant's, and everything of another's.
pub async fn the_consents_of_a_tenant_are_erased(stores: &Stores) {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    for owner in [&acme, &globex] {
        for who in ["alice", "bob"] {
            keep(stores, owner, &consent(who, "app", "read")).await;
        }
    }
    for _ in 0..2 {
        stores.consents.erase(&acme).await.expect("the store answers");
        for who in ["alice", "bob"] {
            assert_eq!(read(stores, &acme, who, "app").await, None);
            assert!(read(stores, &globex, who, "app").await.is_some());
        }
    }
}
