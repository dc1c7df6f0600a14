//! F-14: whoever asks may leave wherever they wait. What they asked is done then, or not begun, and nobody
//! after them notices.

use std::{fs, path::Path, pin::Pin, sync::LazyLock, time::Duration};

use futures_util::{future::join_all, poll};
use grantry::{
    ports::{KeySet, Stores},
    types::{
        Account, Client, ClientKind, Consent, JwtId, Parked, Policy, Proof, Session, Tenant,
        TenantId, Version, Whose,
    },
};
use grantry_conformance::tenant_id;
use grantry_sqlite::SqliteStore;
use rusqlite::{Connection, types::Value};
use tokio::task::yield_now;

use crate::{
    scratch::Scratch,
    shared::{NOW, code, grant, shown},
};

/// Where somebody leaves.
#[derive(Clone, Copy, Debug)]
enum Leaves {
    BeforeTheyBegan,
    WhileTheyWait,
    WhenItIsDone,
}

type Work<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Every call that writes, on the rows of [`furnish`].
fn calls(s: &Stores) -> Vec<(&'static str, Work<'_>)> {
    let (alice, app) = (grant(1).subject, grant(1).client);
    vec![
        call("create a tenant", async move {
            s.tenants.create(Tenant::new(tenant_id("new"), policy())).await
        }),
        call("change a tenant", async move { s.tenants.change(tenant(1), Version(0)).await }),
        call("delete a tenant", async move { s.tenants.delete(acme()).await }),
        call("create a client", async move { s.clients.create(acme(), client("new", 0)).await }),
        call("change a client", async move {
            s.clients.change(acme(), client("app", 1), Version(0)).await
        }),
        call(
            "delete a client",
            async move { s.clients.delete(acme(), &client("app", 0).id).await },
        ),
        call("erase clients", async move { s.clients.erase(acme()).await }),
        call("create a user", async move { s.accounts.create(acme(), account("bob", 0)).await }),
        call("change a user", async move {
            s.accounts.change(acme(), account("alice", 1), Version(0)).await
        }),
        call("delete a user", async move {
            s.accounts.delete(acme(), &account("alice", 0).subject).await
        }),
        call("erase users", async move { s.accounts.erase(acme()).await }),
        call("create keys", async move { s.key_records.create(&tenant_id("new"), keys(0)).await }),
        call("change keys", async move { s.key_records.change(acme(), keys(1), Version(0)).await }),
        call("erase keys", async move { s.key_records.erase(acme()).await }),
        call("create a session", async move { s.sessions.create(acme(), session(9, 0)).await }),
        call("change a session", async move {
            s.sessions.change(acme(), session(1, 1), Version(0)).await
        }),
        call("delete a session", async move { s.sessions.delete(acme(), grant(1).id).await }),
        call("end a session", async move { s.sessions.end(acme(), grant(1).id).await }),
        call("sweep sessions", async move { s.sessions.sweep(NOW.next(), 9).await }),
        call("park a request", async move { s.interactions.create(acme(), parked(9, 0)).await }),
        call("change a request", async move {
            s.interactions.change(acme(), parked(1, 1), Version(0)).await
        }),
        call("sweep requests", async move { s.interactions.sweep(NOW.next(), 9).await }),
        call(
            "remember a JWT",
            async move { s.jwt_ids.remember(acme(), jwt(9), NOW.next(), NOW).await },
        ),
        call("erase JWTs", async move { s.jwt_ids.erase(acme()).await }),
        call("sweep JWTs", async move { s.jwt_ids.sweep(NOW.next().next(), 9).await }),
        call("keep a consent", async move { s.consents.keep(acme(), consent("write")).await }),
        call("forget a consent", async move { s.consents.forget(acme(), &alice, &app).await }),
        call("erase consents", async move { s.consents.erase(acme()).await }),
        call("issue", async move { s.tickets.issue(acme(), &grant(9)).await }),
        call("change", async move {
            let next = grant(1).ended(grantry::types::EndReason::Guessed);
            s.tickets.change(acme(), grant(1).id, Version(0), &next, NOW).await
        }),
        call("redeem", async move { s.tickets.present(acme(), code(2).id, &shown(0), NOW).await }),
        call("rotate", async move { s.tickets.present(acme(), grant(1).id, &shown(1), NOW).await }),
        call("end one", async move { s.tickets.end(acme(), Whose::One(grant(1).id), NOW).await }),
        call("end many", async move { s.tickets.end(acme(), Whose::Tenant, NOW).await }),
        call("sweep", async move { s.tickets.sweep(grant(1).expires_at.next(), 9).await }),
    ]
}

fn call<'a, T>(
    name: &'static str,
    work: impl Future<Output = T> + Send + 'a,
) -> (&'static str, Work<'a>) {
    (name, Box::pin(async move { drop(work.await) }))
}

fn acme() -> &'static TenantId {
    static ACME: LazyLock<TenantId> = LazyLock::new(|| tenant_id("acme"));
    &ACME
}

fn policy() -> Policy {
    Policy::new("https://api.example.com".parse().unwrap())
}

fn tenant(version: u64) -> Tenant {
    let mut row = Tenant::new(tenant_id("acme"), policy());
    row.version = Version(version);
    row
}

fn client(id: &str, version: u64) -> Client {
    let mut row = Client::new(id.parse().unwrap(), ClientKind::Public);
    row.version = Version(version);
    row
}

fn account(name: &str, version: u64) -> Account {
    let mut row = Account::new(name.parse().unwrap(), name.into(), "no hash".into());
    row.version = Version(version);
    row
}

fn keys(version: u64) -> KeySet {
    KeySet { version: Version(version), keys: Vec::new() }
}

fn session(id: u64, version: u64) -> Session {
    Session {
        id: grant(id).id,
        sid: grant(id).id,
        version: Version(version),
        subject: grant(id).subject,
        name: "alice".into(),
        proof: Proof { at: NOW, methods: Box::default(), class: None },
        seen_at: NOW,
        expires_at: NOW,
        ends_at: NOW,
    }
}

fn parked(id: u64, version: u64) -> Parked {
    let body = Box::new([1, 2, 3]);
    Parked { id: grant(id).id, version: Version(version), expires_at: NOW, body }
}

fn consent(scope: &str) -> Consent {
    let (subject, client) = (grant(1).subject, grant(1).client);
    Consent { subject, client, scope: scope.parse().unwrap(), audience: None, given_at: NOW }
}

fn jwt(id: u8) -> JwtId {
    JwtId::from_bytes([id; 32])
}

async fn furnish(s: &Stores) {
    let acme = tenant_id("acme");
    s.tenants.create(tenant(0)).await.unwrap();
    s.clients.create(&acme, client("app", 0)).await.unwrap();
    s.accounts.create(&acme, account("alice", 0)).await.unwrap();
    s.key_records.create(&acme, keys(0)).await.unwrap();
    s.sessions.create(&acme, session(1, 0)).await.unwrap();
    s.interactions.create(&acme, parked(1, 0)).await.unwrap();
    s.jwt_ids.remember(&acme, jwt(1), NOW.next(), NOW).await.unwrap();
    s.consents.keep(&acme, consent("read")).await.unwrap();
    s.tickets.issue(&acme, &grant(1)).await.unwrap();
    s.tickets.issue(&acme, &code(2)).await.unwrap();
}

/// Every row of every table.
fn dump(path: &Path) -> Vec<String> {
    let db = Connection::open(path).unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut tables = db.prepare(tables).unwrap();
    let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let mut all = Vec::new();
    for table in tables.map(Result::unwrap) {
        let mut rows = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let row = |row: &rusqlite::Row<'_>| {
            let values: rusqlite::Result<Vec<Value>> = (0..columns).map(|at| row.get(at)).collect();
            Ok(format!("{table}: {:?}", values?))
        };
        all.extend(rows.query_map([], row).unwrap().map(Result::unwrap));
    }
    all
}

/// What a file holds after somebody who left there, and that nobody after them is in trouble.
async fn after(
    furnished: &Path,
    call: usize,
    leaves: Option<Leaves>,
) -> (&'static str, Vec<String>) {
    let scratch = Scratch::new();
    fs::copy(furnished, scratch.path()).unwrap();
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    let stores = Stores::from(store.clone());
    let (name, mut work) = calls(&stores).swap_remove(call);
    match leaves {
        None => work.await,
        Some(Leaves::BeforeTheyBegan) => drop(work),
        Some(Leaves::WhileTheyWait) => {
            assert!(poll!(work.as_mut()).is_pending(), "{name} waits for nothing");
            drop(work);
        }
        Some(Leaves::WhenItIsDone) => {
            assert!(poll!(work.as_mut()).is_pending(), "{name} waits for nothing");
            // The writer does one after the other.
            stores.tickets.sweep(grantry::types::Timestamp::EPOCH, 1).await.unwrap();
            yield_now().await;
            drop(work);
        }
    }
    store.close().await;
    let held = dump(&scratch.path());
    acknowledges_nothing_but_what_lasts(&scratch).await;
    (name, held)
}

/// 40 of 40 (F1): a session that is stuck in a transaction would acknowledge and lose them.
async fn acknowledges_nothing_but_what_lasts(scratch: &Scratch) {
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    let other = tenant_id("other");
    let stores = Stores::from(store.clone());
    let writes = (100..140).map(|id| {
        let (stores, other) = (&stores, &other);
        async move { stores.tickets.issue(other, &grant(id)).await.unwrap() }
    });
    join_all(writes).await;
    // Nobody holds the lock, and another connection sees all.
    let db = Connection::open(scratch.path()).unwrap();
    db.busy_timeout(Duration::ZERO).unwrap();
    db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let rows = "SELECT count(*) FROM tickets WHERE tenant = 'other'";
    assert_eq!(db.query_row(rows, [], |row| row.get::<_, i64>(0)).unwrap(), 40);
    db.execute_batch("ROLLBACK").unwrap();
}

#[tokio::test]
async fn f_14_whatever_is_asked_is_done_or_not_begun_wherever_somebody_leaves() {
    let scratch = Scratch::new();
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    let stores = Stores::from(store.clone());
    furnish(&stores).await;
    store.close().await;
    let before = dump(&scratch.path());
    for call in 0..calls(&stores).len() {
        let (name, done) = after(&scratch.path(), call, None).await;
        assert_ne!(done, before, "{name} does nothing");
        let not_begun = after(&scratch.path(), call, Some(Leaves::BeforeTheyBegan)).await.1;
        assert_eq!(not_begun, before, "{name}");
        for leaves in [Leaves::WhileTheyWait, Leaves::WhenItIsDone] {
            let held = after(&scratch.path(), call, Some(leaves)).await.1;
            assert_eq!(held, done, "{name}, {leaves:?}");
        }
    }
}

/// Who waits for room in the queue and leaves takes none, and what is late is not done.
#[tokio::test]
async fn f_11_a_file_that_somebody_holds_is_an_error_and_nothing_piles_up() {
    let scratch = Scratch::new();
    let store = SqliteStore::open(scratch.path()).await.unwrap();
    let (stores, acme) = (Stores::from(store.clone()), tenant_id("acme"));
    stores.tickets.issue(&acme, &grant(0)).await.unwrap();
    let holder = Connection::open(scratch.path()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let issue = |id| {
        let (tickets, acme) = (stores.tickets.clone(), acme.clone());
        async move { tickets.issue(&acme, &grant(id)).await }
    };
    let mut queued: Vec<_> = (1..=1024).map(|id| Box::pin(issue(id))).collect();
    for call in &mut queued {
        assert!(poll!(call.as_mut()).is_pending());
    }
    let mut no_room = Box::pin(issue(2000));
    assert!(poll!(no_room.as_mut()).is_pending());
    drop(no_room);
    let crowded = issue(2001);
    let (crowded, late) = tokio::join!(crowded, join_all(queued));
    assert!(crowded.is_err());
    assert!(late.iter().all(Result::is_err));
    assert!(stores.tickets.read(&acme, grant(0).id).await.unwrap().is_some(), "reads go on");
    holder.execute_batch("ROLLBACK").unwrap();
    issue(3000).await.unwrap();
    store.close().await;
    let rows = "SELECT count(*) FROM tickets";
    let rows: i64 = holder.query_row(rows, [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 2, "what was late was done all the same");
}
