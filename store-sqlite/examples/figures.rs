//! What the README says in numbers: `cargo run --release -p grantry-sqlite --example figures [DIRECTORY]`.
//! The file is made in that directory, or else in this one, and deleted.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use grantry::{
    ports::Tickets,
    types::{
        Authorized, Generation, Presentation, Presented, Proof, TenantId, Ticket, TicketId,
        TicketState, Timestamp, Version,
    },
};
use grantry_sqlite::{SqliteStore, Synchronous};
use rusqlite::{Connection, params};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const GRANTS: u64 = 100_000;
const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
/// Refreshes of one measurement, and how often it is repeated: the best counts, since others use the machine.
const REFRESHES: u64 = 4096;
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let directory = env::args().nth(1).map_or_else(|| ".".into(), PathBuf::from);
    let directory = directory.join(format!("figures-{}", std::process::id()));
    fs::create_dir_all(&directory)?;
    let measured = measure(&directory.join("grantry.db")).await;
    fs::remove_dir_all(&directory)?;
    measured
}

async fn measure(path: &Path) -> Result<(), Failure> {
    let acme: TenantId = "acme".parse()?;
    let store = SqliteStore::builder(path).synchronous(Synchronous::Normal).open().await?;
    for begin in (0..GRANTS).step_by(100) {
        let rows: Vec<_> = (begin..begin + 100).map(grant).collect::<Result<_, _>>()?;
        let issued = join_all(rows.iter().map(|row| store.issue(&acme, row))).await;
        issued.into_iter().collect::<Result<Vec<_>, _>>()?;
    }
    store.close().await;
    println!("bytes for each of {GRANTS} grants: {}", fs::metadata(path)?.len() / GRANTS);
    parts(path)?;
    for synchronous in [Synchronous::Full, Synchronous::Normal] {
        println!("{synchronous:?}: refreshes a second");
        println!("  raw rusqlite, one by one: {}", raw(path, synchronous)?);
        for at_once in [1, 16, 64, 256] {
            let store = SqliteStore::builder(path).synchronous(synchronous).open().await?;
            let rate = refreshes(&store, &acme, at_once).await?;
            store.close().await;
            println!("  {at_once} at once: {rate}");
        }
    }
    Ok(())
}

/// The tables and indexes of tickets, and how much of the file each takes.
fn parts(path: &Path) -> Result<(), Failure> {
    let db = Connection::open(path)?;
    let sizes = "SELECT name, sum(pgsize) FROM dbstat WHERE name LIKE 'tickets%' GROUP BY name";
    let mut sizes = db.prepare(sizes)?;
    let sizes = sizes.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?)))?;
    for size in sizes {
        let (name, bytes) = size?;
        println!("  {name}: {}", bytes / GRANTS);
    }
    Ok(())
}

fn id(number: u64) -> TicketId {
    // Ids are hashes: spread like them.
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    TicketId::from_bytes((u128::from(spread) << 64 | u128::from(number)).to_be_bytes())
}

/// A grant as a user in a browser makes it.
fn grant(number: u64) -> Result<Ticket, Failure> {
    let end = NOW.plus(Duration::from_secs(30 * 24 * 3600));
    let proof = Proof { at: NOW, methods: ["pwd".into()].into(), class: None };
    let (session, nonce) = (Some(id(number / 3)), Some("n-0S6_WzA2Mj-0S6_WzA2Mj".into()));
    let claims = None;
    Ok(Ticket {
        id: id(number),
        version: Version::default(),
        generation: Generation::FIRST,
        state: TicketState::Live,
        client: "spa".parse()?,
        subject: format!("user-{:016x}", number / 4).parse()?,
        scope: "email offline_access openid profile".parse()?,
        audience: "https://api.example.com".parse()?,
        binding: None,
        refreshable: true,
        authenticated_at: NOW,
        changed_at: NOW,
        rotated_at: Timestamp::EPOCH,
        expires_at: end,
        ends_at: end,
        authorized: Some(Box::new(Authorized { session, proof, nonce, claims })),
    })
}

/// Refreshes a second of our own, so many under way at once.
async fn refreshes(store: &SqliteStore, acme: &TenantId, at_once: u64) -> Result<u64, Failure> {
    let shown = Presentation {
        generation: Generation::FIRST,
        client: "spa".parse()?,
        binding: None,
        authenticated: true,
        rotates: false,
        refreshable: true,
        window: Duration::from_secs(30),
        access: Duration::from_secs(600),
        idle: Duration::from_secs(24 * 3600),
        not_before: Timestamp::EPOCH,
    };
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        let lines = (0..at_once).map(|line| {
            let (store, acme, shown) = (store.clone(), acme.clone(), shown.clone());
            tokio::spawn(async move {
                for number in (line..REFRESHES).step_by(usize::try_from(at_once)?) {
                    let presented = store.present(&acme, id(number * 7), &shown, NOW).await?;
                    if !matches!(presented, Presented::Held(_)) {
                        return Err(format!("{presented:?}").into());
                    }
                }
                Ok::<_, Failure>(())
            })
        });
        for line in join_all(lines).await {
            line??;
        }
        best = best.min(begin.elapsed());
    }
    Ok(rate(best))
}

/// The floor: a statement that moves the same columns, without a decision and without a thread.
fn raw(path: &Path, synchronous: Synchronous) -> Result<u64, Failure> {
    let db = Connection::open(path)?;
    let level = if synchronous == Synchronous::Full { "FULL" } else { "NORMAL" };
    db.pragma_update(None, "synchronous", level)?;
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let begin = Instant::now();
        for number in 0..REFRESHES {
            let update = "UPDATE tickets SET version = version + 1, changed_at = ?3, \
                generation = generation, rotated_at = rotated_at, expires_at = expires_at \
                WHERE tenant = ?1 AND id = ?2 RETURNING version";
            let now = i64::try_from(NOW.as_millis())?;
            let id = id(number * 7);
            let values = params!["acme", id.as_bytes(), now];
            db.prepare_cached(update)?.query_row(values, |row| row.get::<_, i64>(0))?;
        }
        best = best.min(begin.elapsed());
    }
    Ok(rate(best))
}

fn rate(time: Duration) -> u64 {
    u64::try_from(u128::from(REFRESHES) * 1_000_000 / time.as_micros().max(1)).unwrap_or(u64::MAX)
}
