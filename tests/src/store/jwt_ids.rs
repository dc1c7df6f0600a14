//! Ids of JWTs: each is new once until its moment, in its own tenant, and forgotten in time.

use std::time::Duration;

use grantry::{
    ports::Stores,
    types::{JwtId, TenantId, Timestamp},
};

use super::concurrency::at_once;
use super::sample::{T0, tenant};

const MS: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_secs(60);
const ROUNDS: u8 = 100;

fn id(number: u8) -> JwtId {
    JwtId::from_bytes([number; 32])
}

async fn remember(stores: &Stores, owner: &TenantId, id: JwtId, now: Timestamp) -> bool {
    let new = stores.jwt_ids.remember(owner, id, now.plus(MINUTE), now).await;
    new.expect("the store answers")
}

async fn knows(stores: &Stores, owner: &TenantId, id: JwtId, now: Timestamp) -> bool {
    stores.jwt_ids.knows(owner, id, now).await.expect("the store answers")
}

/// RFC 7523 §3 item 7: what was seen is not new, and another tenant's is another.
pub async fn an_id_is_remembered_once_in_its_tenant(stores: &Stores) {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    assert!(!knows(stores, &acme, id(1), T0).await);
    assert!(remember(stores, &acme, id(1), T0).await);
    assert!(!remember(stores, &acme, id(1), T0).await);
    assert!(knows(stores, &acme, id(1), T0).await);
    assert!(!knows(stores, &acme, id(2), T0).await);
    assert!(!knows(stores, &globex, id(1), T0).await);
    assert!(remember(stores, &globex, id(1), T0).await);
    assert!(!remember(stores, &acme, id(1), T0).await);
}

/// Ids are hashes of 32 bytes, of any value.
pub async fn every_bit_of_an_id_counts(stores: &Stores) {
    let acme = tenant("acme");
    let all = (0..256).map(|bit| {
        let mut bytes = [0; 32];
        bytes[bit / 8] = 1 << (bit % 8);
        JwtId::from_bytes(bytes)
    });
    for id in all.chain([id(0), id(255)]) {
        assert!(remember(stores, &acme, id, T0).await, "{id:?} is another's");
        assert!(knows(stores, &acme, id, T0).await);
    }
}

/// Half-open, in milliseconds; who asks again meanwhile moves nothing, and one that is new once more has
/// a moment of its own.
pub async fn an_id_is_new_until_it_is_remembered_and_from_its_moment_on(stores: &Stores) {
    let (acme, store) = (tenant("acme"), &stores.jwt_ids);
    let end = T0.plus(MINUTE);
    let last = Timestamp::from_millis(end.as_millis() - 1);
    assert!(remember(stores, &acme, id(1), T0).await);
    assert!(!remember(stores, &acme, id(1), last).await);
    assert!(knows(stores, &acme, id(1), last).await);
    assert!(!knows(stores, &acme, id(1), end).await);
    assert!(remember(stores, &acme, id(1), end).await);
    assert!(knows(stores, &acme, id(1), end.plus(MINUTE - MS)).await);
    assert!(!knows(stores, &acme, id(1), end.plus(MINUTE)).await);
    // A clock that steps back meets what is remembered.
    assert!(!remember(stores, &acme, id(1), T0).await);
    // The end of time is a moment like others.
    let never = Timestamp::from_millis(u64::MAX);
    assert!(store.remember(&acme, id(2), never, T0).await.expect("the store answers"));
    assert!(knows(stores, &acme, id(2), T0.plus(MINUTE * 1_000_000)).await);
}

async fn raced(stores: &Stores, id: JwtId, now: Timestamp) -> usize {
    let outcomes = at_once(|| {
        let (stores, acme) = (stores.clone(), tenant("acme"));
        async move { remember(&stores, &acme, id, now).await }
    });
    outcomes.await.into_iter().filter(|new| *new).count()
}

/// P1, CA-04: of 64 who show one at once, one is first.
pub async fn an_id_is_new_to_one_of_many(stores: &Stores) {
    for round in 0..ROUNDS {
        assert_eq!(raced(stores, id(round), T0).await, 1, "round {round}");
    }
}

/// The same where an older one of that id is still there.
pub async fn an_expired_id_is_new_to_one_of_many(stores: &Stores) {
    for round in 0..ROUNDS {
        let now = T0.plus(MINUTE * u32::from(round));
        assert_eq!(raced(stores, id(1), now).await, 1, "round {round}");
    }
}

/// F-30: only what expired before the moment goes, and no more than was asked for, of all tenants.
pub async fn a_sweep_forgets_expired_ids_and_no_more(stores: &Stores) {
    let (acme, store) = (tenant("acme"), &stores.jwt_ids);
    for number in 0..10 {
        remember(stores, &acme, id(number), T0).await;
    }
    for owner in ["globex", "initech"] {
        remember(stores, &tenant(owner), id(0), T0).await;
    }
    remember(stores, &acme, id(20), T0.plus(MS)).await;
    let end = T0.plus(MINUTE);
    assert_eq!(store.sweep(end, 100).await.expect("the store answers"), 0);
    let past = end.plus(MS);
    for swept in [4, 4, 4, 0] {
        assert_eq!(store.sweep(past, 4).await.expect("the store answers"), swept);
    }
    assert!(!knows(stores, &acme, id(1), T0).await, "it is gone, whatever the time");
    assert!(knows(stores, &acme, id(20), T0).await);
}

/// TN-05: everything of one tenant goes, and nothing of another.
pub async fn the_ids_of_a_tenant_are_erased(stores: &Stores) {
    let (acme, globex) = (tenant("acme"), tenant("globex"));
    for owner in [&acme, &globex] {
        for number in 0..5 {
            remember(stores, owner, id(number), T0).await;
        }
    }
    for _ in 0..2 {
        stores.jwt_ids.erase(&acme).await.expect("the store answers");
    }
    for number in 0..5 {
        assert!(!knows(stores, &acme, id(number), T0).await);
        assert!(knows(stores, &globex, id(number), T0).await);
    }
}
