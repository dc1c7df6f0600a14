//! Sessions: kept, changed by compare-and-set, ended, listed and forgotten, in their own tenant alone.

use std::time::Duration;

use grantry::{
    ports::{Change, Create, Stores},
    types::{Proof, Session, Subject, TenantId, TicketId, Timestamp, Version},
};

use super::changes::winners;
use super::sample::{T0, session, subject, tenant};

const MS: Duration = Duration::from_millis(1);

fn bobs(id: u8) -> Session {
    Session { subject: subject("bob"), ..session(id) }
}

/// The same session at another version, which tells by its moment who wrote it.
fn seen(version: u64, by: u64) -> Session {
    let seen_at = T0.plus(Duration::from_secs(by));
    Session { version: Version(version), seen_at, ..session(1) }
}

async fn read(stores: &Stores, owner: &TenantId, id: u8) -> Option<Session> {
    stores.sessions.read(owner, session(id).id).await.expect("the store answers")
}

/// A known id is a conflict, and another tenant's is another session.
pub async fn a_session_is_kept_once_in_its_tenant(stores: &Stores) {
    let (store, acme, globex) = (&stores.sessions, tenant("acme"), tenant("globex"));
    let create = async |owner: &TenantId, row: Session| {
        store.create(owner, row).await.expect("the store answers")
    };
    assert_eq!(read(stores, &acme, 1).await, None);
    assert_eq!(create(&acme, session(1)).await, Create::Created);
    assert_eq!(create(&acme, bobs(1)).await, Create::Conflict);
    assert_eq!(read(stores, &acme, 1).await, Some(session(1)));
    assert_eq!(read(stores, &globex, 1).await, None);
    assert_eq!(create(&globex, bobs(1)).await, Create::Created);
    assert_eq!(read(stores, &globex, 1).await, Some(bobs(1)));
    assert_eq!(read(stores, &acme, 1).await, Some(session(1)));
    // Expired or not: what it means is not the store's to say.
    let old = Session { expires_at: Timestamp::EPOCH, ..session(2) };
    assert_eq!(create(&acme, old.clone()).await, Create::Created);
    assert_eq!(read(stores, &acme, 2).await, Some(old));
}

/// Every field comes back: texts as they were, one that is empty is not one that is absent.
pub async fn every_field_of_a_session_comes_back(stores: &Stores) {
    let (store, acme) = (&stores.sessions, tenant("acme"));
    let moment = |more: u64| Timestamp::from_millis(1_800_000_000_000 + more);
    let methods = ["pwd", "otp"].map(Into::into).into();
    let full = Session {
        id: TicketId::from_bytes(*b"\x00\xff0123456789abcd"),
        sid: TicketId::from_bytes(*b"\xff\x000123456789abcd"),
        version: Version(u64::MAX >> 2),
        subject: subject("s 1'"),
        name: "Älice \"the\" O'Liddell\u{1f407}".into(),
        proof: Proof { at: moment(1), methods, class: Some("urn:example:gold".into()) },
        seen_at: moment(2),
        expires_at: moment(3),
        ends_at: moment(4),
    };
    store.create(&acme, full.clone()).await.expect("the store answers");
    let found = store.read(&acme, full.id).await.expect("the store answers");
    assert_eq!(found.as_ref(), Some(&full));
    let (from, mut other) = (full.version, full);
    other.version = from.next();
    other.proof = Proof { at: moment(5), methods: [].into(), class: Some("".into()) };
    store.change(&acme, other.clone(), from).await.expect("the store answers");
    let found = store.read(&acme, other.id).await.expect("the store answers");
    assert_eq!(found.as_ref(), Some(&other));
    assert_eq!(store.list(&acme, None, None, 9).await.expect("the store answers"), [other]);
}

/// The right version is written, any other is lost and changes nothing, and nobody makes a row.
pub async fn a_session_changes_by_the_version_that_was_read(stores: &Stores) {
    let (store, acme, globex) = (&stores.sessions, tenant("acme"), tenant("globex"));
    let change = async |to, by, from| {
        store.change(&acme, seen(to, by), Version(from)).await.expect("the store answers")
    };
    store.create(&globex, session(1)).await.expect("the store answers");
    assert_eq!(change(1, 1, 0).await, Change::Lost, "there is none");
    assert_eq!(read(stores, &acme, 1).await, None);
    store.create(&acme, session(1)).await.expect("the store answers");
    for wrong in [1, 7, u64::MAX] {
        assert_eq!(change(wrong, 1, wrong).await, Change::Lost);
    }
    assert_eq!(read(stores, &acme, 1).await, Some(session(1)));
    assert_eq!(change(1, 1, 0).await, Change::Written);
    assert_eq!(change(1, 2, 0).await, Change::Lost);
    assert_eq!(read(stores, &acme, 1).await, Some(seen(1, 1)));
    assert_eq!(read(stores, &globex, 1).await, Some(session(1)));
}

/// Of many who saw the same version, one writes.
pub async fn a_session_is_changed_by_one_of_many(stores: &Stores) {
    let acme = tenant("acme");
    stores.sessions.create(&acme, session(1)).await.expect("the store answers");
    for round in 0..100 {
        let won = winners(|by| {
            let (store, acme) = (stores.sessions.clone(), acme.clone());
            async move {
                let changed = store.change(&acme, seen(round + 1, by), Version(round)).await;
                changed.expect("the store answers") == Change::Written
            }
        });
        assert_eq!(won.await, 1, "round {round}");
    }
}

/// What ended stays ended, whoever saw it before; ending it again is no error and says so.
pub async fn an_ended_session_is_not_there(stores: &Stores) {
    let (store, acme, globex) = (&stores.sessions, tenant("acme"), tenant("globex"));
    let delete = async |owner: &TenantId, id: u8| {
        store.delete(owner, session(id).id).await.expect("the store answers")
    };
    assert!(!delete(&acme, 1).await);
    for id in [1, 2] {
        store.create(&acme, session(id)).await.expect("the store answers");
        store.create(&globex, session(id)).await.expect("the store answers");
    }
    assert!(delete(&acme, 1).await);
    assert!(!delete(&acme, 1).await);
    let changed = store.change(&acme, seen(1, 1), Version(0)).await.expect("the store answers");
    assert_eq!((changed, read(stores, &acme, 1).await), (Change::Lost, None));
    assert_eq!(read(stores, &acme, 2).await, Some(session(2)));
    assert_eq!(read(stores, &globex, 1).await, Some(session(1)));
}

/// All sessions of one name end at once, and nobody else's; it is told whose they were.
pub async fn sessions_of_one_sid_end_together(stores: &Stores) {
    let (store, acme, globex) = (&stores.sessions, tenant("acme"), tenant("globex"));
    let end = async |sid: u8| store.end(&acme, session(sid).id).await.expect("the store answers");
    assert_eq!(end(1).await, None);
    for (id, sid) in [(1, 3), (2, 3), (3, 1), (4, 4)] {
        let sid = session(sid).id;
        store.create(&acme, Session { sid, ..session(id) }).await.expect("the store answers");
        store.create(&globex, Session { sid, ..bobs(id) }).await.expect("the store answers");
    }
    assert_eq!(end(2).await, None, "a row's id is no name");
    assert_eq!(end(3).await, Some(subject("alice")));
    let left = async |owner: &TenantId| {
        let rows = store.list(owner, None, None, 9).await.expect("the store answers");
        rows.iter().map(|row| row.id.as_bytes()[0]).collect::<Vec<_>>()
    };
    assert_eq!((left(&acme).await, left(&globex).await), (vec![3, 4], vec![1, 2, 3, 4]));
    assert_eq!((end(3).await, end(1).await), (None, Some(subject("alice"))));
    let changed = store.change(&acme, seen(1, 1), Version(0)).await.expect("the store answers");
    assert_eq!((changed, left(&acme).await), (Change::Lost, vec![4]));
}

/// In the order of their ids, of one user or of all, of one tenant alone.
pub async fn sessions_are_listed_in_order(stores: &Stores) {
    let (store, acme) = (&stores.sessions, tenant("acme"));
    for id in (0..250).rev() {
        let row = if id % 5 == 0 { bobs(id) } else { session(id) };
        store.create(&acme, row).await.expect("the store answers");
        store.create(&tenant("globex"), bobs(id)).await.expect("the store answers");
    }
    let all = async |whose: Option<&Subject>| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = store.list(&acme, whose, after, 40).await.expect("the store answers");
            assert!(page.len() <= 40);
            let Some(last) = page.last() else { return found };
            after = Some(last.id);
            found.extend(page.iter().map(|row| row.id.as_bytes()[0]));
        }
    };
    assert_eq!(all(None).await, (0..250).collect::<Vec<_>>());
    let fifth = |id: &u8| id.is_multiple_of(5);
    assert_eq!(all(Some(&subject("bob"))).await, (0..250).filter(fifth).collect::<Vec<_>>());
    assert_eq!(all(Some(&subject("nobody"))).await, [0; 0]);
    let after = store.list(&acme, Some(&subject("bob")), Some(session(12).id), 1).await;
    assert_eq!(after.expect("the store answers"), [bobs(15)], "after one that is somebody else's");
    assert!(store.list(&acme, None, None, 0).await.expect("the store answers").is_empty());
}

/// F-31: only what expired before the moment goes, and no more than was asked for.
pub async fn a_sweep_forgets_expired_sessions_and_no_more(stores: &Stores) {
    let (store, acme) = (&stores.sessions, tenant("acme"));
    for id in 0..10 {
        store.create(&acme, session(id)).await.expect("the store answers");
    }
    store.create(&tenant("globex"), session(0)).await.expect("the store answers");
    let end = session(0).expires_at;
    let later = Session { expires_at: end.plus(MS), ..session(20) };
    store.create(&acme, later.clone()).await.expect("the store answers");
    assert_eq!(store.sweep(end, 100).await.expect("the store answers"), 0);
    let past = end.plus(MS);
    assert_eq!(store.sweep(past, 4).await.expect("the store answers"), 4);
    let mut left = 0;
    for owner in ["acme", "globex"] {
        let rows = store.list(&tenant(owner), None, None, 100).await.expect("the store answers");
        left += rows.len();
    }
    assert_eq!(left, 8);
    assert_eq!(store.sweep(past, 100).await.expect("the store answers"), 7);
    assert_eq!(store.sweep(past, 100).await.expect("the store answers"), 0);
    assert_eq!(read(stores, &acme, 20).await, Some(later));
}
