//! Single rows: what is written is read, and a write needs what it read.

use std::{sync::Arc, time::Duration};

use grantry::{
    ports::{Change, Create, Cursor, Page, Stores},
    types::{
        Authorized, EndReason, Generation, Next, Presentation, Presented, Proof, SenderKey, Ticket,
        TicketId, TicketState, Version, Whose,
    },
};

use super::sample::{T0, code, first, shown, subject, tenant, within};

/// A write that takes a ticket to another generation.
fn to(ticket: &Ticket, generation: u32) -> Next {
    Next {
        generation: Generation(generation),
        state: TicketState::Live,
        refreshable: true,
        rotated_at: T0,
        expires_at: ticket.expires_at,
        sender_key: ticket.sender_key.as_deref().copied(),
    }
}

/// Every field comes back as it went in.
pub async fn a_ticket_is_read_as_it_was_issued(stores: &Stores) {
    let (store, acme) = (&stores.tickets, tenant("acme"));
    assert_eq!(store.read(&acme, code(1).id).await.expect("the store answers"), None);
    for ticket in [code(1), first(2)] {
        assert_eq!(store.issue(&acme, &ticket).await.expect("the store answers"), Create::Created);
        assert_eq!(store.read(&acme, ticket.id).await.expect("the store answers"), Some(ticket));
    }
}

/// An id is given out once.
pub async fn a_known_id_is_a_conflict_and_stays_as_it_is(stores: &Stores) {
    let (store, acme) = (&stores.tickets, tenant("acme"));
    store.issue(&acme, &code(1)).await.expect("the store answers");
    assert_eq!(store.issue(&acme, &first(1)).await.expect("the store answers"), Create::Conflict);
    assert_eq!(store.read(&acme, code(1).id).await.expect("the store answers"), Some(code(1)));
}

/// TN-02: the tenant is part of the key.
pub async fn one_id_is_another_ticket_in_another_tenant(stores: &Stores) {
    let (store, acme, globex) = (&stores.tickets, tenant("acme"), tenant("globex"));
    store.issue(&acme, &code(1)).await.expect("the store answers");
    assert_eq!(store.read(&globex, code(1).id).await.expect("the store answers"), None);
    assert_eq!(store.issue(&globex, &first(1)).await.expect("the store answers"), Create::Created);
    assert_eq!(store.end(&globex, Whose::One(code(1).id), T0).await.expect("the store answers"), 1);
    assert_eq!(store.read(&acme, code(1).id).await.expect("the store answers"), Some(code(1)));
}

/// Compare-and-set: the loser changes nothing.
pub async fn a_change_needs_the_version_it_read(stores: &Stores) {
    let (store, acme, ticket) = (&stores.tickets, tenant("acme"), code(1));
    store.issue(&acme, &ticket).await.expect("the store answers");
    let (next, now) = (to(&ticket, 1), T0.plus(Duration::from_secs(1)));
    let change = |from| store.change(&acme, ticket.id, from, &next, now);
    assert_eq!(change(Version(7)).await.expect("the store answers"), Change::Lost);
    assert_eq!(change(Version(0)).await.expect("the store answers"), Change::Written);
    assert_eq!(change(Version(0)).await.expect("the store answers"), Change::Lost);
    let mut want = ticket.clone();
    want.apply(&next, now);
    assert_eq!(store.read(&acme, ticket.id).await.expect("the store answers"), Some(want));
    let unknown = TicketId::from_bytes([9; 16]);
    let nobody = store.change(&acme, unknown, Version(0), &next, now);
    assert_eq!(nobody.await.expect("the store answers"), Change::Lost);
}

/// TK-14: validity is half-open, and what ended stays ended.
pub async fn a_dead_or_expired_ticket_does_not_change(stores: &Stores) {
    let (store, acme, ticket) = (&stores.tickets, tenant("acme"), code(1));
    store.issue(&acme, &ticket).await.expect("the store answers");
    let next = to(&ticket, 1);
    let late = store.change(&acme, ticket.id, Version(0), &next, ticket.expires_at);
    assert_eq!(late.await.expect("the store answers"), Change::Lost);
    assert_eq!(store.end(&acme, Whose::One(ticket.id), T0).await.expect("the store answers"), 1);
    for version in [0, 1] {
        let dead = store.change(&acme, ticket.id, Version(version), &next, T0);
        assert_eq!(dead.await.expect("the store answers"), Change::Lost);
    }
}

/// Stores compute with the later of `now` and the last write, in milliseconds.
pub async fn a_clock_that_steps_back_moves_no_ticket_back(stores: &Stores) {
    let (store, acme, ticket) = (&stores.tickets, tenant("acme"), code(1));
    let later = T0.plus(Duration::from_millis(1500));
    let written = Ticket { changed_at: later, ..ticket };
    store.issue(&acme, &written).await.expect("the store answers");
    let next = to(&written, 1);
    let early = store.change(&acme, written.id, Version(0), &next, T0);
    assert_eq!(early.await.expect("the store answers"), Change::Written);
    let read = store.read(&acme, written.id).await.expect("the store answers").expect("the row");
    assert_eq!(read.changed_at, later);
}

/// A tombstone stays, and is counted once.
pub async fn ending_one_leaves_a_tombstone(stores: &Stores) {
    let (store, acme) = (&stores.tickets, tenant("acme"));
    let whose = Whose::One(first(1).id);
    assert_eq!(store.end(&acme, whose.clone(), T0).await.expect("the store answers"), 0);
    store.issue(&acme, &first(1)).await.expect("the store answers");
    store.issue(&acme, &first(2)).await.expect("the store answers");
    assert_eq!(store.end(&acme, whose.clone(), T0).await.expect("the store answers"), 1);
    assert_eq!(store.end(&acme, whose, T0).await.expect("the store answers"), 0);
    let mut want = first(1);
    want.apply(&first(1).ended(EndReason::Revoked), T0);
    assert_eq!(store.read(&acme, first(1).id).await.expect("the store answers"), Some(want));
    assert_eq!(store.read(&acme, first(2).id).await.expect("the store answers"), Some(first(2)));
    let shown = store.present(&acme, first(1).id, &shown(1), T0).await.expect("the store answers");
    assert_eq!(shown, grantry::types::Presented::Refused);
}

/// IR-12: all of a user or client, in one tenant.
pub async fn ending_many_ends_those_of_one_subject_or_client_in_one_tenant(stores: &Stores) {
    let (store, acme, globex) = (&stores.tickets, tenant("acme"), tenant("globex"));
    let bob = |id| Ticket { subject: subject("bob"), ..first(id) };
    let other = |id| Ticket { client: "other".parse().expect("a client id"), ..bob(id) };
    for ticket in [first(1), first(2), bob(3), other(4)] {
        store.issue(&acme, &ticket).await.expect("the store answers");
        store.issue(&globex, &ticket).await.expect("the store answers");
    }
    let alice = Whose::Subject(subject("alice"));
    assert_eq!(store.end(&acme, alice.clone(), T0).await.expect("the store answers"), 2);
    assert_eq!(store.end(&acme, alice, T0).await.expect("the store answers"), 0);
    let app = Whose::Client("app".parse().expect("a client id"));
    assert_eq!(
        store.end(&acme, app, T0).await.expect("the store answers"),
        1,
        "alice's two had ended"
    );
    assert_eq!(store.read(&acme, other(4).id).await.expect("the store answers"), Some(other(4)));
    for ticket in [first(1), first(2), bob(3), other(4)] {
        assert_eq!(store.read(&globex, ticket.id).await.expect("the store answers"), Some(ticket));
    }
}

/// Pages come in the order of ids, tombstones included, without gap and repetition.
pub async fn a_list_comes_in_pages(stores: &Stores) {
    let (store, acme) = (&stores.tickets, tenant("acme"));
    let bobs = Ticket { subject: subject("bob"), ..first(255) };
    store.issue(&acme, &bobs).await.expect("the store answers");
    let full = u8::try_from(2 * Page::SIZE).expect("two short pages");
    // A page that is full is followed by another only if there is something for it.
    for (ids, pages) in [(0..full, 2), (full..full + 3, 3)] {
        let all = (0..ids.end).map(first).collect::<Vec<_>>();
        for id in ids.rev() {
            store.issue(&acme, &first(id)).await.expect("the store answers");
            store.issue(&tenant("globex"), &elsewhere(id)).await.expect("the store answers");
        }
        assert_eq!(alices_pages(stores).await, (pages, all));
    }
    let one = store.list(&acme, Whose::One(first(7).id), None).await.expect("the store answers");
    assert_eq!((one.tickets, one.next), (vec![first(7)], None));
}

/// The same id, but another ticket.
fn elsewhere(id: u8) -> Ticket {
    Ticket { scope: "elsewhere".parse().expect("a scope"), ..first(id) }
}

/// How many pages there are of alice's tickets, and what they hold.
async fn alices_pages(stores: &Stores) -> (usize, Vec<Ticket>) {
    let (mut seen, mut after, mut pages) = (Vec::new(), None::<Cursor>, 0);
    loop {
        let alices = Whose::Subject(subject("alice"));
        let page = stores.tickets.list(&tenant("acme"), alices, after).await;
        let page = page.expect("the store answers");
        seen.extend(page.tickets);
        pages += 1;
        assert!(pages <= 3, "a list without end");
        after = page.next;
        if after.is_none() {
            return (pages, seen);
        }
    }
}

/// F-31: only what expired before the moment goes, and no more than was asked for.
pub async fn a_sweep_forgets_what_expired_and_no_more(stores: &Stores) {
    let (store, acme) = (&stores.tickets, tenant("acme"));
    for id in 0..10 {
        store.issue(&acme, &code(id)).await.expect("the store answers");
    }
    store.issue(&tenant("globex"), &code(0)).await.expect("the store answers");
    store.issue(&acme, &first(20)).await.expect("the store answers");
    let end = code(0).expires_at;
    assert_eq!(store.sweep(end, 100).await.expect("the store answers"), 0);
    let past = end.plus(Duration::from_millis(1));
    assert_eq!(store.sweep(past, 4).await.expect("the store answers"), 4);
    assert_eq!(store.sweep(past, 100).await.expect("the store answers"), 7);
    assert_eq!(store.sweep(past, 100).await.expect("the store answers"), 0);
    assert_eq!(store.read(&acme, first(20).id).await.expect("the store answers"), Some(first(20)));
}

/// What a grant remembers of the browser comes back as it was, and no write changes it: a text that is
/// empty is not one that is absent.
pub async fn what_a_grant_remembers_of_its_browser_comes_back(stores: &Stores) {
    let (store, acme) = (&stores.tickets, tenant("acme"));
    let proof = Proof {
        at: T0.next(),
        methods: ["pwd", "otp"].map(Into::into).into(),
        class: Some("urn:example:gold".into()),
    };
    let whole = Authorized {
        session: Some(TicketId::from_bytes(*b"\x00\xff0123456789abcd")),
        proof,
        nonce: Some("n\u{1f407}'\"\\".into()),
        claims: Some(r#"{ "userinfo": {"name":null} }"#.into()),
    };
    let proof = Proof { at: T0, methods: [].into(), class: Some("".into()) };
    let bare = Authorized { session: None, proof, nonce: Some("".into()), claims: None };
    for (id, authorized) in (10..).zip([whole, bare]) {
        let begun = Ticket { authorized: Some(authorized.into()), ..first(id) };
        store.issue(&acme, &begun).await.expect("the store answers");
        let mut want = begun.clone();
        let next = begun.ended(EndReason::Guessed);
        want.apply(&next, T0);
        let changed = store.change(&acme, begun.id, begun.version, &next, T0).await;
        changed.expect("the store answers");
        let read = store.read(&acme, begun.id).await.expect("the store answers");
        assert_eq!(read, Some(want), "what a write does not set stays");
    }
}

/// All that were made in one session and end with it, in one tenant; another's are not among them, nor
/// are those of the same user that end with none.
pub async fn the_grants_of_a_session_are_listed_and_ended(stores: &Stores) {
    let (store, acme, globex) = (&stores.tickets, tenant("acme"), tenant("globex"));
    let lasting = |id: u8| {
        let mut ticket = within(id, 7);
        let remembered = ticket.authorized.as_mut().expect("it remembers");
        Arc::make_mut(remembered).session = None;
        ticket
    };
    for ticket in [within(1, 7), within(2, 7), within(3, 8), lasting(4), first(5)] {
        store.issue(&acme, &ticket).await.expect("the store answers");
        store.issue(&globex, &ticket).await.expect("the store answers");
    }
    let seven = || Whose::Session(TicketId::from_bytes([7; 16]));
    let listed = store.list(&acme, seven(), None).await.expect("the store answers");
    assert_eq!(listed.tickets, [within(1, 7), within(2, 7)]);
    assert_eq!(store.end(&acme, seven(), T0).await.expect("the store answers"), 2);
    assert_eq!(store.end(&acme, seven(), T0).await.expect("the store answers"), 0);
    for (id, ends) in [(1, true), (2, true), (3, false), (4, false), (5, false)] {
        for (owner, ended) in [(&acme, ends), (&globex, false)] {
            let row = store.read(owner, first(id).id).await.expect("the store answers");
            let state = row.expect("the row").state;
            assert_eq!(state != TicketState::Live, ended, "{id} of {owner}");
        }
    }
}

/// RFC 9449 §5, §10, RF-05: a grant has the key of the public client that redeemed its code, a code the one that was
/// named; by another key, or none, no token of it does anything.
pub async fn a_grant_is_bound_to_the_key_of_its_redeemer(stores: &Stores) {
    let (store, acme) = (&stores.tickets, tenant("acme"));
    let (key, other) = (SenderKey::from_bytes([1; 32]), SenderKey::from_bytes([2; 32]));
    let present = async |id: u8, shown: Presentation, now| {
        store.present(&acme, code(id).id, &shown, now).await.expect("the store answers")
    };
    let by = |sender, generation| Presentation { sender, ..shown(generation) };
    let named = Ticket { sender_key: Some(Box::new(key)), ..code(1) };
    store.issue(&acme, &named).await.expect("the store answers");
    store.issue(&acme, &code(2)).await.expect("the store answers");
    store.issue(&acme, &code(3)).await.expect("the store answers");
    for wrong in [None, Some(other)] {
        assert_eq!(present(1, by(wrong, 0), T0).await, Presented::Refused);
    }
    assert_eq!(store.read(&acme, named.id).await.expect("the store answers"), Some(named));
    for id in [1, 2] {
        let Presented::Redeemed(row) = present(id, by(Some(key), 0), T0).await else {
            panic!("a code was not redeemed");
        };
        assert_eq!(row.sender_key.as_deref(), Some(&key));
        let kept = store.read(&acme, row.id).await.expect("the store answers");
        for wrong in [None, Some(other)] {
            for generation in 0..3 {
                let shown = by(wrong, generation);
                assert_eq!(present(id, shown, T0).await, Presented::Refused);
            }
        }
        assert_eq!(store.read(&acme, row.id).await.expect("the store answers"), kept);
        assert!(matches!(present(id, by(Some(key), 1), T0).await, Presented::Rotated(_)));
        // Whoever has the key may ask again, however late.
        let late = T0.plus(Duration::from_secs(200));
        let Presented::Retried(row) = present(id, by(Some(key), 1), late).await else {
            panic!("a retry was none");
        };
        assert_eq!(row.sender_key.as_deref(), Some(&key));
    }
    let proven = Presentation { authenticated: true, ..by(Some(key), 0) };
    let Presented::Redeemed(row) = present(3, proven, T0).await else {
        panic!("a code was not redeemed");
    };
    assert_eq!(row.sender_key, None);
}
