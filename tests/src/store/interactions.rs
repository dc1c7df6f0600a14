//! Requests that wait for their users: each is answered once, in its own tenant, and forgotten in time.

use std::time::Duration;

use grantry::{
    ports::{Change, Create, Stores},
    types::{Parked, TenantId, TicketId, Timestamp, Version},
};

use super::changes::winners;
use super::sample::{T0, tenant};

const MS: Duration = Duration::from_millis(1);

/// A request that waits for a minute, at this step.
fn parked(id: u8, step: u64) -> Parked {
    Parked {
        id: TicketId::from_bytes([id; 16]),
        version: Version(step),
        expires_at: T0.plus(Duration::from_secs(60)),
        body: format!("{id} at step {step}").into_bytes().into(),
    }
}

async fn read(stores: &Stores, owner: &TenantId, id: u8) -> Option<Parked> {
    stores.interactions.read(owner, parked(id, 0).id).await.expect("the store answers")
}

/// A known id is a conflict, and another tenant's is another request.
pub async fn a_request_waits_once_in_its_tenant(stores: &Stores) {
    let (store, acme, globex) = (&stores.interactions, tenant("acme"), tenant("globex"));
    let create = async |owner: &TenantId, row: Parked| {
        store.create(owner, row).await.expect("the store answers")
    };
    assert_eq!(read(stores, &acme, 1).await, None);
    assert_eq!(create(&acme, parked(1, 0)).await, Create::Created);
    assert_eq!(create(&acme, parked(1, 7)).await, Create::Conflict);
    assert_eq!(read(stores, &acme, 1).await, Some(parked(1, 0)));
    assert_eq!(read(stores, &globex, 1).await, None);
    assert_eq!(create(&globex, parked(1, 7)).await, Create::Created);
    assert_eq!(read(stores, &globex, 1).await, Some(parked(1, 7)));
    assert_eq!(read(stores, &acme, 1).await, Some(parked(1, 0)));
    // Expired or not: what it means is not the store's to say.
    let old = Parked { expires_at: Timestamp::EPOCH, ..parked(2, 0) };
    assert_eq!(create(&acme, old.clone()).await, Create::Created);
    assert_eq!(read(stores, &acme, 2).await, Some(old));
}

/// What is kept is any bytes, and none as well.
pub async fn every_field_of_a_request_comes_back(stores: &Stores) {
    let (store, acme) = (&stores.interactions, tenant("acme"));
    let full = Parked {
        id: TicketId::from_bytes(*b"\x00\xff0123456789abcd"),
        version: Version(u64::MAX >> 2),
        expires_at: Timestamp::from_millis(1_800_000_000_001),
        body: (0..=255).cycle().take(20_000).collect(),
    };
    store.create(&acme, full.clone()).await.expect("the store answers");
    let found = store.read(&acme, full.id).await.expect("the store answers");
    assert!(found.as_ref() == Some(&full));
    let (from, mut other) = (full.version, full);
    (other.version, other.body) = (from.next(), [].into());
    other.expires_at = other.expires_at.plus(MS);
    store.change(&acme, other.clone(), from).await.expect("the store answers");
    let found = store.read(&acme, other.id).await.expect("the store answers");
    assert_eq!(found, Some(other));
}

/// The right version is written, any other is lost and changes nothing, and nobody makes a row.
pub async fn a_request_changes_by_the_version_that_was_read(stores: &Stores) {
    let (store, acme, globex) = (&stores.interactions, tenant("acme"), tenant("globex"));
    let change = async |to, from| {
        store.change(&acme, parked(1, to), Version(from)).await.expect("the store answers")
    };
    store.create(&globex, parked(1, 0)).await.expect("the store answers");
    assert_eq!(change(1, 0).await, Change::Lost, "there is none");
    assert_eq!(read(stores, &acme, 1).await, None);
    store.create(&acme, parked(1, 0)).await.expect("the store answers");
    for wrong in [1, 7, u64::MAX] {
        assert_eq!(change(9, wrong).await, Change::Lost);
    }
    assert_eq!(read(stores, &acme, 1).await, Some(parked(1, 0)));
    assert_eq!(change(1, 0).await, Change::Written);
    assert_eq!(change(2, 0).await, Change::Lost);
    assert_eq!(read(stores, &acme, 1).await, Some(parked(1, 1)));
    assert_eq!(read(stores, &globex, 1).await, Some(parked(1, 0)));
}

/// Of many who answer the same step, one does: a form that is sent twice counts once.
pub async fn a_request_is_answered_by_one_of_many(stores: &Stores) {
    let acme = tenant("acme");
    stores.interactions.create(&acme, parked(1, 0)).await.expect("the store answers");
    for round in 0..100 {
        let won = winners(|_| {
            let (store, acme) = (stores.interactions.clone(), acme.clone());
            async move {
                let changed = store.change(&acme, parked(1, round + 1), Version(round)).await;
                changed.expect("the store answers") == Change::Written
            }
        });
        assert_eq!(won.await, 1, "round {round}");
    }
}

/// F-31: only what expired before the moment goes, and no more than was asked for, of all tenants.
pub async fn a_sweep_forgets_expired_requests_and_no_more(stores: &Stores) {
    let (store, acme) = (&stores.interactions, tenant("acme"));
    for id in 0..10 {
        store.create(&acme, parked(id, 0)).await.expect("the store answers");
    }
    for owner in ["globex", "initech"] {
        store.create(&tenant(owner), parked(0, 0)).await.expect("the store answers");
    }
    let end = parked(0, 0).expires_at;
    let later = Parked { expires_at: end.plus(MS), ..parked(20, 0) };
    store.create(&acme, later.clone()).await.expect("the store answers");
    assert_eq!(store.sweep(end, 100).await.expect("the store answers"), 0);
    let past = end.plus(MS);
    for swept in [4, 4, 4, 0] {
        assert_eq!(store.sweep(past, 4).await.expect("the store answers"), swept);
    }
    assert_eq!(read(stores, &acme, 20).await, Some(later));
    assert_eq!(read(stores, &acme, 1).await, None);
}
