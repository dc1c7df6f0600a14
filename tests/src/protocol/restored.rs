//! F-45: an older backup was put back. What happened since is lived here on a copy of the rows; the
//! rows themselves stay behind, and are what comes back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use grantry::{
    AdminError, MemoryStore,
    ports::{
        Change, Create, Deed, EventKind, KeyPurpose, KeyRecords, KeySet, StoreError, Stores,
        Tickets,
    },
    types::{Subject, TenantId, Version, Whose},
};
use http::{HeaderValue, header::AUTHORIZATION};

use super::admin::{admin, backend_asks, tenant_row};
use super::direct::beside;
use super::grant::{Grant, Holder, now};
use super::visitors::{alices, code_for, is_signed_in};
use crate::{Browser, Kept, Stage, World, get, tenant_id};

const HOUR: Duration = Duration::from_secs(3600);
/// The world has so many tenants.
const TENANTS: usize = 10;

/// The same rows in another store.
async fn copied(s: &Stage) -> Stores {
    let (from, to) = (&s.world.stores, Stores::from(MemoryStore::default()));
    let answers = "the store answers";
    for tenant in from.tenants.list(None, 999).await.expect(answers) {
        let id = &tenant.id;
        let keys = from.key_records.read(id).await.expect(answers).expect("keys");
        to.key_records.create(id, keys).await.expect(answers);
        to.tenants.create((*tenant).clone()).await.expect(answers);
        for client in from.clients.list(id, None, 999).await.expect(answers) {
            to.clients.create(id, (*client).clone()).await.expect(answers);
        }
        for account in from.accounts.list(id, None, 999).await.expect(answers) {
            to.accounts.create(id, (*account).clone()).await.expect(answers);
        }
        for session in from.sessions.list(id, None, None, 999).await.expect(answers) {
            to.sessions.create(id, session).await.expect(answers);
        }
        copy_tickets(&*from.tickets, &*to.tickets, id).await;
    }
    to
}

async fn copy_tickets(from: &dyn Tickets, to: &dyn Tickets, tenant: &TenantId) {
    let mut after = None;
    loop {
        let page = from.list(tenant, Whose::Tenant, after).await.expect("the store answers");
        for ticket in &page.tickets {
            to.issue(tenant, ticket).await.expect("the store answers");
        }
        after = page.next;
        if after.is_none() {
            return;
        }
    }
}

/// Whether an online guard takes a token.
async fn believes(s: &Stage, token: &str) -> bool {
    let guard = s.world.server.guard(World::AUDIENCE).any_tenant().expect("a guard");
    let (mut parts, _) = get("/me").into_parts();
    let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a token");
    parts.headers.insert(AUTHORIZATION, value);
    guard.check(&parts).await.is_ok()
}

/// What somebody may still hold: refresh tokens by their holders, codes, access tokens.
struct Held {
    refresh: Vec<(Holder, String)>,
    codes: Vec<String>,
    access: Vec<String>,
}

impl Held {
    /// Whether any of it counts at acme.
    async fn counts(&self, s: &Stage) -> Vec<&str> {
        let mut counting = Vec::new();
        for (holder, token) in &self.refresh {
            if holder.presents(s, "acme", token).await.status == 200 {
                counting.push(&**token);
            }
        }
        for code in &self.codes {
            if s.redeem("acme", code).await.status == 200 {
                counting.push(code);
            }
        }
        for token in &self.access {
            if believes(s, token).await {
                counting.push(token);
            }
        }
        counting
    }
}

/// Lives for an hour after the backup: everything is rotated, used up or revoked.
async fn lives_on(s: &Stage, held: &mut Held) {
    s.world.clock.advance(HOUR / 2);
    for (holder, token) in held.refresh.clone() {
        let tokens = holder.presents(s, "acme", &token).await.tokens();
        held.refresh.push((holder, tokens.refresh));
        held.access.push(tokens.access);
    }
    s.redeem("acme", &held.codes[0]).await;
    let alice: Subject = "user-alice".parse().expect("a subject");
    admin(s).end_grants(&tenant_id("acme"), Whose::Subject(alice)).await.expect("done");
    s.world.clock.advance(HOUR / 2);
    let after = Grant::begin(s, "acme", Holder::App).await.first;
    held.refresh.push((Holder::App, after.refresh));
    held.access.push(after.access);
    held.codes.push(s.direct_code("acme").await);
    held.access.push(backend_asks(s, "acme").await.tokens().access);
}

/// F-45: nothing that was rotated, used up or revoked since the backup counts again, and neither does what
/// is older or newer; whoever signs in anew is served as ever.
pub async fn nothing_that_was_granted_before_counts_any_more(s: &Stage) {
    let mut held = Held { refresh: Vec::new(), codes: Vec::new(), access: Vec::new() };
    for holder in Holder::ALL {
        let first = Grant::begin(s, "acme", holder).await.first;
        held.refresh.push((holder, first.refresh));
        held.access.push(first.access);
    }
    held.codes.push(s.direct_code("acme").await);
    let browser = alices(s).await;
    let later = beside(s, copied(s).await, |builder| builder).await;
    lives_on(&later, &mut held).await;

    let events = Arc::new(Kept::default());
    let take = events.clone();
    let back = beside(s, s.world.stores.clone(), |builder| builder.events(events)).await;
    assert!(is_signed_in(&browser).await, "she would be");
    assert_eq!(admin(&back).restored().await.expect("done"), TENANTS);
    let told = take.take();
    let restored =
        |event: &&grantry::ports::Event| event.kind == EventKind::Administered(Deed::Restored);
    assert_eq!(told.iter().filter(restored).count(), TENANTS);

    s.world.clock.advance(Duration::from_millis(1_001));
    // The other node hears of it within a second of real time, which no case waits for.
    s.world.told(&tenant_id("acme")).await;
    for node in [&back, s] {
        assert!(held.counts(node).await.is_empty());
    }
    let again = Browser::new(&back);
    again.cookies().clone_from(&*browser.cookies());
    for browser in [&browser, &again] {
        assert!(!is_signed_in(browser).await);
    }
    for holder in Holder::ALL {
        let grant = Grant::begin(&back, "acme", holder).await;
        assert!(believes(s, &grant.first.access).await);
        grant.gets(&grant.first.refresh).await;
    }
    assert!(believes(s, &backend_asks(&back, "acme").await.tokens().access).await);
    code_for(&again, "alice", "own", &[]).await;
    assert!(is_signed_in(&again).await);
    back.redeem("acme", &back.direct_code("acme").await).await.tokens();
    // Whoever shows an old token ends nothing that is new.
    assert!(held.counts(&back).await.is_empty());
}

/// Keys that one tenant's cannot be written while somebody is in the way.
#[derive(Debug)]
struct Blocked(Arc<dyn KeyRecords>, AtomicBool);

#[async_trait]
impl KeyRecords for Blocked {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        self.0.read(tenant).await
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        self.0.create(tenant, keys).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        match tenant.as_str() == "globex" && self.1.load(Ordering::SeqCst) {
            true => Err(StoreError::new("blocked")),
            false => self.0.change(tenant, keys, from).await,
        }
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.0.erase(tenant).await
    }

    fn lasts(&self) -> bool {
        self.0.lasts()
    }
}

/// F-45: where it failed for one tenant the others are done, it says which one, and the next run does it.
pub async fn it_is_run_again_where_it_failed_half_way(s: &Stage) {
    let blocked = Arc::new(Blocked(s.world.stores.key_records.clone(), true.into()));
    let stores = Stores { key_records: blocked.clone(), ..s.world.stores.clone() };
    let node = beside(s, stores, |builder| builder).await;
    let of = async |tenant| Grant::begin(&node, tenant, Holder::App).await;
    let grants = [of("acme").await, of("globex").await, of("steady").await];
    match admin(&node).restored().await {
        Err(AdminError::Unfinished { tenant, done, .. }) => {
            assert_eq!((tenant.as_str(), done), ("globex", TENANTS - 1));
        }
        other => panic!("{other:?}"),
    }
    let [acme, globex, steady] = &grants;
    acme.is_refused(&acme.first.refresh).await;
    globex.gets(&globex.first.refresh).await;
    steady.is_refused(&steady.first.refresh).await;
    blocked.1.store(false, Ordering::SeqCst);
    assert_eq!(admin(&node).restored().await.expect("done"), TENANTS);
    globex.is_refused(&globex.first.refresh).await;
    s.world.clock.advance(Duration::from_millis(1));
    for tenant in ["acme", "globex", "steady"] {
        let grant = Grant::begin(&node, tenant, Holder::App).await;
        grant.gets(&grant.first.refresh).await;
        assert!(tenant_row(s, tenant).await.not_before <= now(s));
        let keys = s.world.stores.key_records.read(&tenant_id(tenant)).await;
        let keys = keys.expect("the store answers").expect("keys").keys;
        let tickets = keys.iter().filter(|key| matches!(key.purpose, KeyPurpose::Ticket(_)));
        assert_eq!(tickets.count(), 1, "the old ones are gone");
    }
}
