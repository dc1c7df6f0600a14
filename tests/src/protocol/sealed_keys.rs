//! Keys are sealed under a master key before a store sees them; it changes, is wrong, or is lost.

use std::{sync::Arc, time::Duration};

use grantry::{
    AdminError, ConfigError, KeyKind, KeyRotation, MasterKey, Server,
    ports::{Change, Deed, EventKind, KeyMaterial, KeySet, SealError, Stores, TicketKey},
    types::TenantId,
};

use super::admin::{admin, assert_no, backend_asks, tenant_row};
use super::broken::NoSigner;
use super::direct::beside;
use super::grant::{Grant, Holder};
use super::lasting::Lasting;
use crate::{Kept, Stage, World, tenant_id};

/// The world has so many tenants.
const TENANTS: usize = 10;

/// The stores as they are, without the world's own master key before them.
fn bare(s: &Stage) -> Stores {
    let key_records = Arc::new(Lasting(s.world.key_records.clone()));
    Stores { key_records, ..s.world.stores.clone() }
}

/// The world's own.
fn old() -> MasterKey {
    World::master_key()
}

fn new() -> MasterKey {
    MasterKey::new([0x77; 32])
}

/// A node that has this master key.
async fn node(s: &Stage, master: MasterKey) -> Stage {
    beside(s, bare(s), |builder| builder.master_key(master)).await
}

/// Nodes of a world whose keys are all sealed, under the old one.
async fn sealed(s: &Stage) -> Stage {
    let node = node(s, old()).await;
    admin(&node).reseal_keys().await.expect("done");
    node
}

/// Why a server with these parts is not built.
async fn refused(s: &Stage, master: Option<MasterKey>, unsealed: bool) -> ConfigError {
    let builder = Server::builder("https://id.example.com/oauth/{tenant}");
    let builder = builder.store(bare(s)).clock(s.world.clock.clone());
    let builder = builder.danger_unsealed_keys(unsealed);
    let builder = match master {
        Some(master) => builder.master_key(master),
        None => builder,
    };
    builder.build().await.expect_err("a reason")
}

async fn kept(s: &Stage, tenant: &TenantId) -> KeySet {
    let set = s.world.key_records.read(tenant).await.expect("the store answers");
    set.expect("keys")
}

/// Writes rows behind the server's back.
async fn put(s: &Stage, tenant: &TenantId, mut set: KeySet) {
    let from = kept(s, tenant).await.version;
    set.version = from.next();
    let written = s.world.key_records.change(tenant, set, from).await;
    assert_eq!(written.expect("the store answers"), Change::Written);
}

async fn tenants(s: &Stage) -> Vec<TenantId> {
    let rows = s.world.stores.tenants.list(None, 999).await.expect("the store answers");
    rows.iter().map(|row| row.id.clone()).collect()
}

/// Whether the tenant works; if not, it is unavailable.
async fn works(s: &Stage, tenant: &str) -> bool {
    let status = backend_asks(s, tenant).await.status.as_u16();
    assert!([200, 503].contains(&status), "{status}");
    let jwks = s.get(&format!("/oauth/{tenant}/jwks.json"), &[]).await.status.as_u16();
    assert_eq!(status, jwks);
    status == 200
}

/// Design, "Keys": what is stored holds no byte of a key, whatever came to it and went; a server
/// that starts on it goes on where the last one ended.
pub async fn a_store_holds_no_key_in_the_clear(s: &Stage) {
    let node = sealed(s).await;
    let grant = Grant::begin(&node, "acme", Holder::App).await;
    let policy = tenant_row(&node, "acme").await.policy;
    admin(&node).create_tenant("new", policy).await.expect("a tenant");
    for how in [KeyRotation::Staged, KeyRotation::AtOnce] {
        let rotated = admin(&node).rotate_keys(&tenant_id("steady"), KeyKind::Ticket, how).await;
        rotated.expect("done");
    }
    let opened = grantry::SealedKeys::new(s.world.key_records.clone(), old());
    for tenant in tenants(s).await {
        let plain = opened.open(&tenant).await.expect("they open").expect("keys");
        let stored = kept(s, &tenant).await;
        assert_eq!(plain.keys.len(), stored.keys.len());
        for (plain, stored) in plain.keys.iter().zip(&stored.keys) {
            let (plain, stored) = (plain.material.expose(), stored.material.expose());
            assert!(plain.windows(8).all(|part| !stored.windows(8).any(|other| other == part)));
        }
    }
    let again = self::node(s, old()).await;
    let next = Holder::App.presents(&again, "acme", &grant.first.refresh).await;
    assert_ne!(next.tokens().refresh, grant.first.refresh);
    assert!(works(&again, "steady").await);
}

/// Design, "Keys": a server with a wrong master key, or with none, does not start, and says why and
/// of which tenant.
pub async fn a_wrong_or_missing_master_key_does_not_start(s: &Stage) {
    let no_key = refused(s, None, false).await;
    assert!(matches!(no_key, ConfigError::NoMasterKey), "{no_key}");
    assert!(no_key.to_string().contains("MasterKey::generate_file"), "{no_key}");
    sealed(s).await;
    let wrong = refused(s, Some(new()), false).await;
    assert!(
        wrong.to_string().starts_with("the keys of the tenant acme cannot be opened: they are")
    );
    assert!(matches!(wrong, ConfigError::Sealed { why: SealError::UnknownKey, .. }), "{wrong}");
    let missing = refused(s, None, true).await;
    assert!(matches!(missing, ConfigError::Sealed { why: SealError::NoKey, .. }), "{missing}");
    let both = refused(s, Some(old()), true).await;
    assert!(matches!(both, ConfigError::SealedAndUnsealed), "{both}");
    assert!(works(&node(s, old()).await, "acme").await);
}

/// Keys of the host's own are no affair of the store's: it needs no master key, and holds no key.
pub async fn who_lends_keys_needs_no_master_key(s: &Stage) {
    let key = TicketKey::derive(1, &tenant_id("acme"), &[7; 32]);
    let keyring = Arc::new(NoSigner(Arc::new(key)));
    let lent = beside(s, bare(s), |builder| builder.keyring(keyring)).await;
    let policy = tenant_row(s, "acme").await.policy;
    admin(&lent).create_tenant("new", policy).await.expect("a tenant");
    let stored = s.world.key_records.read(&tenant_id("new")).await.expect("the store answers");
    assert!(stored.is_none());
    // Whoever goes back to keys in the store asks for them.
    let node = sealed(s).await;
    admin(&node).replace_lost_keys(&tenant_id("new")).await.expect("done");
    assert_eq!(node.get("/oauth/new/jwks.json", &[]).await.status, 200);
}

/// A store that outlives the process keeps keys in the clear where somebody said so, and seals them
/// once there is a master key.
pub async fn keys_in_the_clear_are_sealed_when_there_is_a_master_key(s: &Stage) {
    let opened = &s.world.stores.key_records;
    for tenant in tenants(s).await {
        let plain = opened.read(&tenant).await.expect("the store answers").expect("keys");
        put(s, &tenant, plain).await;
    }
    let clear = beside(s, bare(s), |builder| builder.danger_unsealed_keys(true)).await;
    assert!(works(&clear, "acme").await);
    let grant = Grant::begin(&clear, "acme", Holder::Backend).await;
    let events = Arc::new(Kept::default());
    let take = events.clone();
    let node = beside(s, bare(s), |builder| builder.master_key(old()).events(events)).await;
    // In the background, with whatever else is due.
    assert_eq!(admin(&node).rotate_due_keys().await.expect("done"), 0);
    let told: Vec<_> = take.take().into_iter().map(|event| event.kind).collect();
    assert_eq!(told, vec![EventKind::Administered(Deed::KeysResealed); TENANTS]);
    assert_eq!(admin(&node).reseal_keys().await.expect("done"), 0);
    let missing = refused(s, None, true).await;
    assert!(matches!(missing, ConfigError::Sealed { why: SealError::NoKey, .. }), "{missing}");
    Holder::Backend.presents(&node, "acme", &grant.first.refresh).await.tokens();
}

/// F-23: keys of one tenant that were moved from another, or damaged, make that one unavailable and
/// nobody else, also at a start; it is told, and nobody makes new ones.
pub async fn keys_that_were_moved_open_nothing(s: &Stage) {
    sealed(s).await;
    let (acme, globex, steady) = (tenant_id("acme"), tenant_id("globex"), tenant_id("steady"));
    put(s, &globex, kept(s, &acme).await).await;
    let mut swapped = kept(s, &steady).await;
    let last = swapped.keys.len() - 1;
    let other = swapped.keys[0].material.clone();
    swapped.keys[0].material = std::mem::replace(&mut swapped.keys[last].material, other);
    put(s, &steady, swapped).await;
    let mut cut = kept(s, &tenant_id("strict")).await;
    let bytes = cut.keys[0].material.expose();
    cut.keys[0].material = KeyMaterial::new(bytes[..bytes.len() - 1].to_vec());
    put(s, &tenant_id("strict"), cut).await;
    let events = Arc::new(Kept::default());
    let take = events.clone();
    let node = beside(s, bare(s), |b| b.master_key(old()).events(events)).await;
    let damaged = |event: &grantry::ports::Event| {
        (event.kind == EventKind::KeysUnreadable("damaged")).then(|| event.tenant.to_string())
    };
    let heard = || take.take().iter().filter_map(damaged).collect::<Vec<_>>();
    assert_eq!(heard(), ["globex", "steady", "strict"], "at the start");
    for _ in 0..3 {
        for broken in ["globex", "steady", "strict"] {
            assert!(!works(&node, broken).await, "{broken}");
        }
        assert!(works(&node, "acme").await && works(&node, "ecdsa").await);
    }
    assert!(heard().is_empty(), "at most once a minute");
    s.world.clock.advance(Duration::from_secs(60));
    assert!(!works(&node, "globex").await);
    assert_eq!(heard(), ["globex"]);
    let before = kept(s, &globex).await.version;
    let failed = admin(&node).rotate_due_keys().await.expect_err("a reason");
    assert!(matches!(failed, AdminError::Sealed { .. }), "{failed}");
    assert_eq!(kept(s, &globex).await.version, before);
}

/// Design, "Keys": two nodes seal everything anew at once, each key set once, and nobody notices.
pub async fn a_master_key_changes_on_two_nodes_at_once(s: &Stage) {
    let first = sealed(s).await;
    let grant = Grant::begin(&first, "acme", Holder::App).await;
    // Everybody learns of the new one before anybody seals by it.
    let before = node(s, old().and_formerly(new())).await;
    assert_eq!(admin(&before).reseal_keys().await.expect("done"), 0);
    let one = node(s, new().and_formerly(old())).await;
    let two = node(s, new().and_formerly(old())).await;
    let (here, there) = tokio::join!(admin(&one).reseal_keys(), admin(&two).reseal_keys());
    assert_eq!(here.expect("done") + there.expect("done"), TENANTS);
    assert_eq!(admin(&one).reseal_keys().await.expect("done"), 0);
    let after = node(s, new()).await;
    let mut token = grant.first.refresh.clone();
    for node in [&before, &one, &two, &after] {
        s.world.clock.advance(Duration::from_secs(31));
        token = Holder::App.presents(node, "acme", &token).await.tokens().refresh;
        assert!(works(node, "globex").await);
    }
}

/// A former master key that was removed too early: the server does not start on it, and if what it
/// sealed is beyond what a start looks at, that tenant alone is unavailable.
pub async fn a_former_master_key_that_was_removed_too_early_is_missed(s: &Stage) {
    let node = sealed(s).await;
    let policy = tenant_row(s, "globex").await.policy;
    for n in 0..100 {
        admin(&node).create_tenant(format!("a{n:02}"), policy.clone()).await.expect("a tenant");
    }
    let zebra = admin(&node).create_tenant("zebra", policy).await.expect("a tenant").id.clone();
    let left = kept(s, &zebra).await;
    let next = self::node(s, new().and_formerly(old())).await;
    assert_eq!(admin(&next).reseal_keys().await.expect("done"), TENANTS + 101);
    // As if this one had been missed: it is not among the first hundred.
    put(s, &zebra, left).await;
    let alone = self::node(s, new()).await;
    assert!(works(&alone, "acme").await);
    let jwks = async || alone.get("/oauth/zebra/jwks.json", &[]).await.status.as_u16();
    assert_eq!(jwks().await, 503);
    let (tenant, done) = match admin(&alone).reseal_keys().await {
        Err(AdminError::Unfinished { tenant, done, .. }) => (tenant, done),
        other => panic!("{other:?}"),
    };
    assert_eq!((tenant, done), (zebra, 0));
    // The former one comes back, and everything is well.
    let again = self::node(s, new().and_formerly(old())).await;
    assert_eq!(admin(&again).reseal_keys().await.expect("done"), 1);
    assert_eq!(jwks().await, 200);
}

/// Design, "Keys": a lost master key means new keys, by a command of somebody in charge, tenant by
/// tenant; whatever the old ones made is dead.
pub async fn lost_keys_are_replaced_by_command_alone(s: &Stage) {
    let node = sealed(s).await;
    let acme = tenant_id("acme");
    let grant = Grant::begin(&node, "acme", Holder::App).await;
    let alone = backend_asks(&node, "acme").await.tokens().access;
    let code = node.direct_code("acme").await;
    let events = Arc::new(Kept::default());
    let take = events.clone();
    let fresh = beside(s, bare(s), |builder| {
        builder.master_key(new()).danger_lost_master_key(true).events(events)
    });
    let fresh = fresh.await;
    assert!(!works(&fresh, "acme").await && !works(&fresh, "globex").await);
    let unreadable = EventKind::KeysUnreadable("unknown_master_key");
    assert!(take.take().iter().filter(|event| event.kind == unreadable).count() == TENANTS);
    s.world.clock.advance(Duration::from_millis(1));
    // A grant of the password, and one that waits as a code.
    assert_eq!(admin(&fresh).replace_lost_keys(&acme).await.expect("done"), 2);
    let deeds = take.take();
    let done = EventKind::Administered(Deed::LostKeysReplaced);
    assert!(deeds.iter().any(|event| event.kind == done && event.tenant == acme));
    assert!(works(&fresh, "acme").await && !works(&fresh, "globex").await);
    grant_is_dead(&fresh, &grant.first.refresh, &code).await;
    for access in [&grant.first.access, &alone] {
        assert_eq!(fresh.get_as("/oauth/acme/userinfo", access).await.status, 401);
    }
    s.world.clock.advance(Duration::from_millis(1));
    let next = Grant::begin(&fresh, "acme", Holder::App).await;
    next.gets(&next.first.refresh).await;
    let why = "the tenant's keys are not lost: replace them by rotate_keys";
    assert_no(admin(&fresh).replace_lost_keys(&acme).await, why);
    // Also where the row is gone altogether.
    s.world.key_records.erase(&tenant_id("globex")).await.expect("the store answers");
    admin(&fresh).replace_lost_keys(&tenant_id("globex")).await.expect("done");
    assert!(works(&fresh, "globex").await);
}

async fn grant_is_dead(s: &Stage, refresh: &str, code: &str) {
    Holder::App.assert_refused(&Holder::App.presents(s, "acme", refresh).await);
    Holder::Direct.assert_refused(&s.redeem("acme", code).await);
}
