//! Many at once on one row: exactly one winner.

use futures_util::future::join_all;
use grantry::{
    ports::{Change, Create, Stores},
    types::{EndReason, Generation, Presented, TicketState, Version},
};

use super::sample::{T0, code, first, shown, tenant};

const ROUNDS: u8 = 200;
const RUNNERS: usize = 64;

/// Runs one piece of work many times at once, each in a task of its own.
pub(super) async fn at_once<T, F>(work: impl Fn() -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..RUNNERS).map(|_| tokio::spawn(work())).collect();
    join_all(tasks).await.into_iter().map(|done| done.expect("a task")).collect()
}

/// P1, TK-02.
pub async fn a_code_is_redeemed_by_one(stores: &Stores) {
    let acme = tenant("acme");
    for id in 0..ROUNDS {
        stores.tickets.issue(&acme, &code(id)).await.expect("the store answers");
        let outcomes = at_once(|| {
            let (store, acme) = (stores.tickets.clone(), acme.clone());
            async move {
                store.present(&acme, code(id).id, &shown(0), T0).await.expect("the store answers")
            }
        });
        let outcomes = outcomes.await;
        let count = |is: fn(&Presented) -> bool| outcomes.iter().filter(|one| is(one)).count();
        assert_eq!(count(|one| matches!(one, Presented::Redeemed(_))), 1, "round {id}");
        assert_eq!(count(|one| matches!(one, Presented::Reused(_))), 1, "round {id}");
        assert_eq!(count(|one| matches!(one, Presented::Refused)), RUNNERS - 2, "round {id}");
        let row = stores
            .tickets
            .read(&acme, code(id).id)
            .await
            .expect("the store answers")
            .expect("the row");
        assert_eq!(row.state, TicketState::Ended(EndReason::Reused));
    }
}

/// P1, RF-01.
pub async fn a_refresh_token_is_rotated_by_one(stores: &Stores) {
    let acme = tenant("acme");
    for id in 0..ROUNDS {
        stores.tickets.issue(&acme, &first(id)).await.expect("the store answers");
        let outcomes = at_once(|| {
            let (store, acme) = (stores.tickets.clone(), acme.clone());
            async move {
                store.present(&acme, first(id).id, &shown(1), T0).await.expect("the store answers")
            }
        });
        let outcomes = outcomes.await;
        let count = |is: fn(&Presented) -> bool| outcomes.iter().filter(|one| is(one)).count();
        assert_eq!(count(|one| matches!(one, Presented::Rotated(_))), 1, "round {id}");
        assert_eq!(count(|one| matches!(one, Presented::Retried(_))), RUNNERS - 1, "round {id}");
        let row = stores
            .tickets
            .read(&acme, first(id).id)
            .await
            .expect("the store answers")
            .expect("the row");
        assert_eq!((row.generation, row.version), (Generation(2), Version(64)));
    }
}

/// A compare-and-set is one step.
pub async fn a_version_is_changed_by_one(stores: &Stores) {
    let acme = tenant("acme");
    for id in 0..ROUNDS {
        stores.tickets.issue(&acme, &first(id)).await.expect("the store answers");
        let outcomes = at_once(|| {
            let (store, acme) = (stores.tickets.clone(), acme.clone());
            let next = first(id).ended(EndReason::Revoked);
            async move {
                store
                    .change(&acme, first(id).id, Version(0), &next, T0)
                    .await
                    .expect("the store answers")
            }
        });
        let written = outcomes.await.into_iter().filter(|one| *one == Change::Written).count();
        assert_eq!(written, 1, "round {id}");
    }
}

/// An id is given out once, also to many.
pub async fn an_id_is_issued_to_one(stores: &Stores) {
    let acme = tenant("acme");
    for id in 0..ROUNDS {
        let outcomes = at_once(|| {
            let (store, acme) = (stores.tickets.clone(), acme.clone());
            async move { store.issue(&acme, &first(id)).await.expect("the store answers") }
        });
        let created = outcomes.await.into_iter().filter(|one| *one == Create::Created).count();
        assert_eq!(created, 1, "round {id}");
    }
}
