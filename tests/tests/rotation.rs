//! F-22, P11: a thousand rotations of every key under load, on two nodes over one store. Nothing that
//! is in flight fails, whoever keeps the JWKS for as long as they may always knows the key of what
//! they meet, and a retired key is gone at its deadline.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use grantry::{
    Guard, HashingPoolConfig, KeyKind, KeyRotation, Server,
    ports::{Change, Clock, KeyPurpose, Stores},
    types::{BrowserPolicy, Policy, SigningAlg, TenantId, Timestamp},
};
use grantry_conformance::{Bare, ManualClock, SeededEntropy, Stage, Tokens, World, claims};

const ROTATIONS: usize = 1_000;
/// How many clients are at work meanwhile.
const CLIENTS: usize = 4;
/// How many grants each of them has.
const GRANTS: usize = 8;
/// How many steps each of them takes between two steps of time.
const TURNS: u64 = GRANTS as u64 + 1;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// The shortest that a policy allows: what a new key is announced for.
const ANNOUNCED: Duration = Duration::from_secs(600);
const HALF_AN_HOUR: Duration = Duration::from_secs(1800);
/// How long others may keep the JWKS.
const KEPT: Duration = Duration::from_secs(300);
/// How long a signing key is believed after its successor began.
const BELIEVED: Duration = Duration::from_secs(24 * 3600 + 60);

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn f_22_a_thousand_rotations_under_load_fail_nobody() {
    let stage = Arc::new(Stage::reference().await);
    let (admin, acme) = (stage.world.server.admin(), "acme".parse::<TenantId>().unwrap());
    forget_rsa(&stage.world, &acme).await;
    // Ticket keys have 255 numbers: what they are kept for must end before they come round.
    let short = |policy: &mut Policy| {
        policy.refresh_idle_lifetime = DAY;
        let mut browser = BrowserPolicy::default();
        (browser.session_idle_lifetime, browser.session_lifetime) = (DAY, DAY);
        browser.id_token_algs = [SigningAlg::EdDsa].into();
        policy.browser = browser.into();
    };
    admin.change_tenant(&acme, short).await.unwrap();
    let other = another_node(&stage.world).await;

    let done = Arc::new(AtomicBool::new(false));
    let turns: Vec<_> = (0..CLIENTS).map(|_| Arc::new(AtomicU64::new(0))).collect();
    let cache = Arc::new(Mutex::new(Cache::default()));
    let keys = jwks(&stage).await;
    cache.lock().unwrap().see(&keys, stage.world.clock.now());
    let begin = |turns: &Arc<AtomicU64>| {
        let (stage, other, cache) = (stage.clone(), other.clone(), cache.clone());
        let (done, turns) = (done.clone(), turns.clone());
        tokio::spawn(async move { work(&stage, &other, &cache, &done, &turns).await })
    };
    let clients: Vec<_> = turns.iter().map(begin).collect();

    let mut gone_at = BTreeMap::new();
    for _ in 0..ROTATIONS {
        let before = jwks(&stage).await;
        admin.rotate_keys(&acme, KeyKind::Signing, KeyRotation::Staged).await.unwrap();
        admin.rotate_keys(&acme, KeyKind::Ticket, KeyRotation::Staged).await.unwrap();
        // What was there before has a plan from its own rotation on, or gets it now.
        let now = stage.world.clock.now();
        for kid in before {
            gone_at.entry(kid).or_insert(now.plus(ANNOUNCED).plus(BELIEVED));
        }
        for step in [ANNOUNCED / 2, ANNOUNCED / 2, HALF_AN_HOUR, HALF_AN_HOUR] {
            let until: Vec<_> = turns.iter().map(|turns| load(turns) + TURNS).collect();
            stage.world.clock.advance(step);
            let now = stage.world.clock.now();
            let (here, there) = (jwks(&stage).await, jwks(&other).await);
            assert_eq!(here, there, "both nodes show the same keys");
            for (kid, gone_at) in &gone_at {
                assert_eq!(here.contains(kid), now < *gone_at, "{kid} at {now:?}");
            }
            cache.lock().unwrap().see(&here, now);
            // Under load: every client had all its grants in hand between any two steps.
            while turns.iter().zip(&until).any(|(turns, until)| load(turns) < *until) {
                assert!(clients.iter().all(|client| !client.is_finished()), "a client gave up");
                tokio::task::yield_now().await;
            }
        }
    }
    done.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.unwrap();
    }
    assert!(gone_at.len() >= 2 * ROTATIONS, "a key of each algorithm in each rotation");
}

fn load(turns: &AtomicU64) -> u64 {
    turns.load(Ordering::SeqCst)
}

/// A client: refreshes at either node, lays refresh tokens aside for almost as long as they may lie,
/// and shows its access tokens until they expire.
async fn work(
    here: &Stage,
    there: &Stage,
    cache: &Mutex<Cache>,
    done: &AtomicBool,
    turns: &AtomicU64,
) {
    let clock = &here.world.clock;
    let mut grants: VecDeque<(Timestamp, Tokens)> = VecDeque::new();
    let mut shown: VecDeque<String> = VecDeque::new();
    for _ in 0..GRANTS {
        grants.push_back((clock.now(), here.direct_tokens("acme").await));
    }
    let mut turn = 0_usize;
    while !done.load(Ordering::SeqCst) {
        turn += 1;
        let (one, other) = if turn.is_multiple_of(2) { (here, there) } else { (there, here) };
        let (since, held) = grants.pop_front().unwrap();
        // A few are used at once, the others when they have lain for most of a day.
        let rests = !turn.is_multiple_of(8) && clock.now().since(since) < DAY - 2 * HALF_AN_HOUR;
        if rests {
            grants.push_back((since, held));
        } else {
            let tokens = one.direct_refresh("acme", &held.refresh).await.tokens();
            // JW-04: whoever looked at the JWKS within its max-age knows the key.
            cache.lock().unwrap().demand(&kid(&tokens.access), clock.now());
            shown.push_back(tokens.access.clone());
            grants.push_back((clock.now(), tokens));
        }
        if let Some(token) = shown.pop_front() {
            let good = is_good(&other.world.guards.acme, &token).await;
            let end = Timestamp::from_secs(claims(&token)["exp"].as_u64().unwrap());
            let over = clock.now() >= end;
            assert!(good || over, "a token that had not expired was refused");
            if !over && shown.len() < 32 {
                shown.push_back(token);
            }
        }
        turns.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
}

/// What somebody knows of the JWKS who asks for it only when what they have is too old.
#[derive(Default)]
struct Cache(Vec<(Timestamp, BTreeSet<String>)>);

impl Cache {
    fn see(&mut self, kids: &BTreeSet<String>, now: Timestamp) {
        self.0.push((now, kids.clone()));
        // The one that is just old enough stays: somebody may have asked right then.
        while self.0.len() > 1 && now.since(self.0[1].0) >= KEPT {
            self.0.remove(0);
        }
    }

    fn demand(&self, kid: &str, now: Timestamp) {
        for (seen, kids) in self.0.iter().filter(|(seen, _)| now.since(*seen) <= KEPT) {
            assert!(kids.contains(kid), "{kid} signs at {now:?} and was not there at {seen:?}");
        }
    }
}

/// Another server over the same stores and the same time.
async fn another_node(world: &World) -> Arc<Stage> {
    let mut hashing = HashingPoolConfig::default();
    hashing.deadline = Duration::from_secs(600);
    let stores: Stores = world.stores.clone();
    let clock: Arc<ManualClock> = world.clock.clone();
    let server = Server::builder("https://id.example.com/oauth/{tenant}")
        .store(stores)
        .clock(clock)
        .entropy(Arc::new(SeededEntropy::default()))
        .hashing(hashing)
        .build()
        .await
        .unwrap();
    let mut other = Stage::reference().await;
    other.world.guards.acme = server.guard(World::AUDIENCE).tenant("acme").unwrap();
    other.world.clock = world.clock.clone();
    other.world.stores = world.stores.clone();
    other.driver = Box::new(Bare(server));
    Arc::new(other)
}

async fn is_good(guard: &Guard, token: &str) -> bool {
    let request = http::Request::get("/me").header("authorization", format!("Bearer {token}"));
    let (parts, ()) = request.body(()).unwrap().into_parts();
    guard.check(&parts).await.is_ok()
}

async fn jwks(stage: &Stage) -> BTreeSet<String> {
    let keys = stage.get("/oauth/acme/jwks.json", &[]).await.json();
    let keys = keys["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid(token: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// A thousand RSA keys would take minutes to make.
async fn forget_rsa(world: &World, tenant: &TenantId) {
    let records = &world.stores.key_records;
    let mut keys = records.read(tenant).await.unwrap().unwrap();
    let from = keys.version;
    keys.version = from.next();
    keys.keys.retain(|key| key.purpose != KeyPurpose::Signing(SigningAlg::Rs256));
    assert_eq!(records.change(tenant, keys, from).await.unwrap(), Change::Written);
}
