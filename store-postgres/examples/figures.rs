//! The figures of the README: bytes for each grant, and the rate of refreshes beside that of the driver
//! alone. Run it by `cargo xtask postgres -- cargo run --release -p grantry-postgres --example figures`.

#![expect(clippy::print_stdout, reason = "a person reads it")]

use std::{
    env,
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::{StreamExt, TryStreamExt, stream};
use grantry::{
    ports::{Stores, Tickets},
    types::{
        Generation, Presentation, TenantId, Ticket, TicketId, TicketState, Timestamp, Version,
    },
};
use grantry_postgres::PostgresStore;
use tokio_postgres::{Client, NoTls};

type Anything = Box<dyn Error + Send + Sync>;

const GRANTS: u64 = 100_000;
const WIDTH: usize = 16;
const ROUND: Duration = Duration::from_secs(3);
const ROUNDS: usize = 5;
const T0: Timestamp = Timestamp::from_secs(1_800_000_000);

#[tokio::main]
async fn main() -> Result<(), Anything> {
    let url = env::var("DATABASE_URL")?;
    let observer = connect(&url).await?;
    observer.batch_execute("DROP SCHEMA IF EXISTS figures CASCADE").await?;
    let store = PostgresStore::builder(&url).schema("figures").connections(WIDTH);
    let store = store.connect().await?;
    let tickets = Stores::from(store).tickets;
    let tenant: TenantId = "acme".parse()?;
    let all = stream::iter((0..GRANTS).map(Ok::<_, Anything>));
    all.try_for_each_concurrent(WIDTH, async |number| {
        tickets.issue(&tenant, &grant(number)?).await?;
        Ok(())
    })
    .await?;
    observer.batch_execute("VACUUM ANALYZE figures.tickets").await?;
    let size =
        "SELECT pg_relation_size('figures.tickets'), pg_total_relation_size('figures.tickets')";
    let row = observer.query_one(size, &[]).await?;
    let grants = i64::try_from(GRANTS)?;
    let (table, total): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
    println!(
        "{} bytes for each grant, {} of them in indexes",
        total / grants,
        (total - table) / grants
    );
    let (mut best, mut floor) = (0, 0);
    for _ in 0..ROUNDS {
        floor = floor.max(raw(&url).await?);
        best = best.max(refreshes(&tickets, &tenant).await?);
    }
    println!(
        "{best} refreshes a second, {floor} updates by the driver alone: {:.2}",
        ratio(best, floor)
    );
    observer.batch_execute("DROP SCHEMA figures CASCADE").await?;
    Ok(())
}

/// Refreshes in a second, by so many at once.
async fn refreshes(tickets: &Arc<dyn Tickets>, tenant: &TenantId) -> Result<u64, Anything> {
    let (done, end) = (AtomicU64::new(0), Instant::now() + ROUND);
    let all = (0..WIDTH).map(|lane| {
        let done = &done;
        async move {
            let mut number = lane as u64;
            while Instant::now() < end {
                tickets.present(tenant, id(number), &shown()?, T0).await?;
                done.fetch_add(1, Ordering::Relaxed);
                number = (number + 7919 * WIDTH as u64) % GRANTS;
            }
            Ok::<_, Anything>(())
        }
    });
    let all: Vec<_> = all.collect();
    stream::iter(all).buffer_unordered(WIDTH).try_collect::<()>().await?;
    Ok(done.into_inner() / ROUND.as_secs())
}

/// The same number of rows of the same table, written by the shortest statement there is.
async fn raw(url: &str) -> Result<u64, Anything> {
    let (done, end) = (AtomicU64::new(0), Instant::now() + ROUND);
    let mut clients = Vec::new();
    for _ in 0..WIDTH {
        clients.push(connect(url).await?);
    }
    let all = clients.iter().zip(0_u64..).map(|(client, lane)| {
        let done = &done;
        async move {
            let sql = "UPDATE figures.tickets SET version = version + 1, changed_at = $3 \
                       WHERE tenant = $1 AND id = $2 AND ended IS NULL RETURNING version";
            let statement = client.prepare(sql).await?;
            let (mut number, now) = (lane, 1_800_000_000_000_i64);
            while Instant::now() < end {
                let id = id(number);
                client.query(&statement, &[&"acme", &&id.as_bytes()[..], &now]).await?;
                done.fetch_add(1, Ordering::Relaxed);
                number = (number + 7919 * WIDTH as u64) % GRANTS;
            }
            Ok::<_, Anything>(())
        }
    });
    let all: Vec<_> = all.collect();
    stream::iter(all).buffer_unordered(WIDTH).try_collect::<()>().await?;
    Ok(done.into_inner() / ROUND.as_secs())
}

async fn connect(url: &str) -> Result<Client, Anything> {
    let (client, driver) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(driver);
    Ok(client)
}

#[expect(clippy::cast_precision_loss, reason = "a figure of two digits")]
fn ratio(one: u64, other: u64) -> f64 {
    one as f64 / other as f64
}

/// Ids are random, as those of a server are.
fn id(number: u64) -> TicketId {
    let mixed = |salt: u64| (number ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    let mixed = |salt: u64| mixed(salt).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&mixed(1).to_be_bytes());
    bytes[8..].copy_from_slice(&mixed(2).to_be_bytes());
    TicketId::from_bytes(bytes)
}

/// The grant of one of many users.
fn grant(number: u64) -> Result<Ticket, Anything> {
    Ok(Ticket {
        id: id(number),
        version: Version(0),
        generation: Generation::FIRST,
        state: TicketState::Live,
        client: "web-application".parse()?,
        subject: format!("1TR7-user-{number:012}").parse()?,
        scope: "openid profile email offline_access".parse()?,
        audience: "https://api.example.com".parse()?,
        binding: None,
        refreshable: true,
        authenticated_at: T0,
        changed_at: T0,
        rotated_at: Timestamp::EPOCH,
        expires_at: T0.plus(Duration::from_secs(14 * 24 * 3600)),
        ends_at: T0.plus(Duration::from_secs(90 * 24 * 3600)),
        authorized: None,
    })
}

fn shown() -> Result<Presentation, Anything> {
    Ok(Presentation {
        generation: Generation::FIRST,
        client: "web-application".parse()?,
        binding: None,
        authenticated: true,
        rotates: true,
        refreshable: true,
        window: Duration::from_secs(30),
        access: Duration::from_secs(300),
        idle: Duration::from_secs(14 * 24 * 3600),
        not_before: Timestamp::EPOCH,
    })
}
