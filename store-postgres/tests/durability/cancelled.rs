//! Whoever asks may leave at any moment.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use grantry::{
    ports::{KeySet, StoreError, Stores},
    types::{
        Account, Client, ClientKind, Consent, EndReason, JwtId, JwtIdUse, Parked, Policy, Proof,
        Session, Tenant, Timestamp, Version, Whose,
    },
};

use super::world::{
    T0, builder, cluster, code, count, first, forty, observer, parsed, shown, soon, stuck, tenant,
    tickets,
};

type Call = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;
type Begin = Box<dyn Fn(u64) -> Call + Send>;

/// Polls so often and no more. Returns whether the call came to its end.
async fn leave_after(polls: usize, mut call: Call) -> bool {
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        call.as_mut().poll(cx).map(|done| done.map(|()| true).expect("the store answers"))
    })
    .await
}

/// F-14: every call of every port, left at every await.
#[tokio::test(flavor = "multi_thread")]
async fn f_14_a_call_that_is_left_anywhere_spoils_nothing() {
    let url = format!("{}?application_name=leavers", cluster().url());
    let store = builder(&url, "leavers").connections(2).connect().await.unwrap();
    let observer = observer(cluster()).await;
    let mut number = 0;
    for (name, call) in calls(&store.clone().into()) {
        let mut polls = 0;
        loop {
            number += 1;
            let done = soon(leave_after(polls, call(number))).await;
            if done {
                break;
            }
            polls += 1;
            assert!(polls < 100, "{name} has no end");
        }
        assert!(polls > 0, "{name} never waited");
    }
    assert_eq!(stuck(&observer, "leavers").await, 0);
    let (before, tickets) = (count(&observer, "leavers").await, tickets(&store));
    assert_eq!(soon(forty(&*tickets, 1_000_000)).await.unwrap(), 40);
    assert_eq!(count(&observer, "leavers").await, before + 40);
}

/// F-14: what was left is done or not begun.
#[tokio::test(flavor = "multi_thread")]
async fn f_14_a_presentation_that_is_left_is_done_or_not_begun() {
    let store = builder(&cluster().url(), "halves").connections(2).connect().await.unwrap();
    let tickets = tickets(&store);
    for polls in 0..20 {
        let number = u64::try_from(polls).unwrap();
        tickets.issue(&tenant(), &first(number)).await.unwrap();
        let call: Call = Box::pin({
            let tickets = tickets.clone();
            async move { tickets.present(&tenant(), first(number).id, &shown(1), T0).await.map(drop) }
        });
        leave_after(polls, call).await;
        let row = tickets.read(&tenant(), first(number).id).await.unwrap().unwrap();
        let state = (row.version.0, row.generation.0);
        assert!([(0, 1), (1, 2)].contains(&state), "{state:?} after {polls}");
    }
}

fn call<S, F>(store: &S, begin: impl Fn(S, u64) -> F + Send + 'static) -> Begin
where
    S: Clone + Send + 'static,
    F: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let store = store.clone();
    Box::new(move |number| Box::pin(begin(store.clone(), number)))
}

/// Every method once, each time on another row.
fn calls(stores: &Stores) -> Vec<(&'static str, Begin)> {
    let all = [of_tickets, of_visits, of_jwts, of_rows, of_users];
    all.into_iter().flat_map(|calls| calls(stores)).collect()
}

fn of_tickets(stores: &Stores) -> Vec<(&'static str, Begin)> {
    let t = &stores.tickets;
    vec![
        ("issue", call(t, async |t, n| t.issue(&tenant(), &code(n)).await.map(drop))),
        ("read", call(t, async |t, n| t.read(&tenant(), code(n).id).await.map(drop))),
        (
            "present",
            call(t, async |t, n| t.present(&tenant(), code(n).id, &shown(0), T0).await.map(drop)),
        ),
        (
            "change",
            call(t, async |t, n| {
                let next = code(n).ended(EndReason::Guessed);
                t.change(&tenant(), code(n).id, Version(0), &next, T0).await.map(drop)
            }),
        ),
        (
            "end one",
            call(t, async |t, n| t.end(&tenant(), Whose::One(code(n).id), T0).await.map(drop)),
        ),
        (
            "end many",
            call(t, async |t, _| {
                t.end(&tenant(), Whose::Subject(parsed("alice")), T0).await.map(drop)
            }),
        ),
        ("list", call(t, async |t, _| t.list(&tenant(), Whose::Tenant, None).await.map(drop))),
        ("sweep", call(t, async |t, _| t.sweep(Timestamp::EPOCH, 9).await.map(drop))),
    ]
}

fn of_visits(stores: &Stores) -> Vec<(&'static str, Begin)> {
    let (s, i, c) = (&stores.sessions, &stores.interactions, &stores.consents);
    vec![
        ("sign in", call(s, async |s, n| s.create(&tenant(), session(n)).await.map(drop))),
        ("session", call(s, async |s, n| s.read(&tenant(), code(n).id).await.map(drop))),
        (
            "touch",
            call(s, async |s, n| s.change(&tenant(), session(n), Version(0)).await.map(drop)),
        ),
        ("forget", call(s, async |s, n| s.delete(&tenant(), code(n).id).await.map(drop))),
        ("sign out", call(s, async |s, n| s.end(&tenant(), code(n).id).await.map(drop))),
        ("sessions", call(s, async |s, _| s.list(&tenant(), None, None, 9).await.map(drop))),
        ("sweep sessions", call(s, async |s, _| s.sweep(Timestamp::EPOCH, 9).await.map(drop))),
        ("park", call(i, async |i, n| i.create(&tenant(), parked(n)).await.map(drop))),
        ("parked", call(i, async |i, n| i.read(&tenant(), code(n).id).await.map(drop))),
        ("go on", call(i, async |i, n| i.change(&tenant(), parked(n), Version(0)).await.map(drop))),
        ("sweep parked", call(i, async |i, _| i.sweep(Timestamp::EPOCH, 9).await.map(drop))),
        ("allow", call(c, async |c, _| c.keep(&tenant(), consent()).await)),
        (
            "allowed",
            call(c, async |c, _| {
                c.read(&tenant(), &parsed("alice"), &parsed("app")).await.map(drop)
            }),
        ),
        (
            "disallow",
            call(c, async |c, _| {
                c.forget(&tenant(), &parsed("alice"), &parsed("app")).await.map(drop)
            }),
        ),
        (
            "consents",
            call(c, async |c, _| c.list(&tenant(), &parsed("alice"), None, 9).await.map(drop)),
        ),
        ("erase consents", call(c, async |c, _| c.erase(&tenant()).await)),
    ]
}

fn of_jwts(stores: &Stores) -> Vec<(&'static str, Begin)> {
    let j = &stores.jwt_ids;
    vec![
        (
            "remember",
            call(j, async |j, n| j.remember(&tenant(), jwt(n), T0.next(), T0).await.map(drop)),
        ),
        ("knows", call(j, async |j, n| j.knows(&tenant(), jwt(n), T0).await.map(drop))),
        ("sweep JWTs", call(j, async |j, _| j.sweep(Timestamp::EPOCH, 9).await.map(drop))),
        ("erase JWTs", call(j, async |j, _| j.erase(&tenant()).await)),
    ]
}

fn jwt(number: u64) -> JwtId {
    JwtId::of(JwtIdUse::Assertion, "app", &number.to_string())
}

fn of_rows(stores: &Stores) -> Vec<(&'static str, Begin)> {
    let (t, c, k) = (&stores.tenants, &stores.clients, &stores.key_records);
    vec![
        ("create tenant", call(t, async |t, n| t.create(a_tenant(n)).await.map(drop))),
        ("tenant", call(t, async |t, n| t.read(&a_tenant(n).id).await.map(drop))),
        ("change tenant", call(t, async |t, n| t.change(a_tenant(n), Version(0)).await.map(drop))),
        ("delete tenant", call(t, async |t, n| t.delete(&a_tenant(n).id).await)),
        ("tenants", call(t, async |t, _| t.list(None, 9).await.map(drop))),
        ("create client", call(c, async |c, n| c.create(&tenant(), client(n)).await.map(drop))),
        ("client", call(c, async |c, n| c.read(&tenant(), &client(n).id).await.map(drop))),
        (
            "change client",
            call(c, async |c, n| c.change(&tenant(), client(n), Version(0)).await.map(drop)),
        ),
        ("delete client", call(c, async |c, n| c.delete(&tenant(), &client(n).id).await)),
        ("clients", call(c, async |c, _| c.list(&tenant(), None, 9).await.map(drop))),
        ("erase clients", call(c, async |c, _| c.erase(&tenant()).await)),
        (
            "create keys",
            call(k, async |k, n| k.create(&a_tenant(n).id, KeySet::default()).await.map(drop)),
        ),
        ("keys", call(k, async |k, _| k.read(&tenant()).await.map(drop))),
        (
            "change keys",
            call(k, async |k, _| {
                k.change(&tenant(), KeySet::default(), Version(0)).await.map(drop)
            }),
        ),
        ("erase keys", call(k, async |k, _| k.erase(&tenant()).await)),
    ]
}

fn of_users(stores: &Stores) -> Vec<(&'static str, Begin)> {
    let a = &stores.accounts;
    vec![
        ("create user", call(a, async |a, n| a.create(&tenant(), account(n)).await.map(drop))),
        ("user by name", call(a, async |a, _| a.by_username(&tenant(), "alice").await.map(drop))),
        (
            "user by subject",
            call(a, async |a, n| a.by_subject(&tenant(), &account(n).subject).await.map(drop)),
        ),
        (
            "change user",
            call(a, async |a, n| a.change(&tenant(), account(n), Version(0)).await.map(drop)),
        ),
        ("delete user", call(a, async |a, n| a.delete(&tenant(), &account(n).subject).await)),
        ("users", call(a, async |a, _| a.list(&tenant(), None, 9).await.map(drop))),
        ("erase users", call(a, async |a, _| a.erase(&tenant()).await)),
    ]
}

fn session(number: u64) -> Session {
    Session {
        id: code(number).id,
        sid: code(number).id,
        version: Version(0),
        subject: parsed("alice"),
        name: "alice".into(),
        proof: Proof { at: T0, methods: [].into(), class: None },
        seen_at: T0,
        expires_at: T0.plus(Duration::from_secs(60)),
        ends_at: T0.plus(Duration::from_secs(60)),
    }
}

fn parked(number: u64) -> Parked {
    let (id, expires_at) = (code(number).id, T0);
    Parked { id, version: Version(0), expires_at, body: [7].into() }
}

fn consent() -> Consent {
    let (subject, client) = (parsed("alice"), parsed("app"));
    Consent { subject, client, scope: parsed("read"), audience: None, given_at: T0 }
}

fn a_tenant(number: u64) -> Tenant {
    Tenant::new(parsed(&format!("t{number}")), Policy::new(parsed("https://api.example.com")))
}

fn client(number: u64) -> Client {
    Client::new(parsed(&format!("c{number}")), ClientKind::Public)
}

fn account(number: u64) -> Account {
    Account::new(parsed(&format!("s{number}")), format!("u{number}").into(), "$argon2id$…".into())
}
