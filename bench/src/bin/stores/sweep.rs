//! What a sweep of very many tickets costs the requests beside it (at most 20 ms each are aimed at).

use std::{
    path::Path,
    time::{Duration, Instant},
};

use bench::{Chance, World, ask};
use bytes::Bytes;
use futures_util::future::{join_all, try_join_all};
use grantry_axum::grantry::{
    ports::Stores,
    types::{Generation, TenantId, TicketId, Timestamp},
};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    engine::Engine,
    grants::{refresh_token, world},
    rows::{id, ticket},
};

/// Clients that refresh all the time.
const CLIENTS: usize = 8;
/// Each waits so long between two requests: a server that is used, not one that is full.
const PAUSE: Duration = Duration::from_millis(5);
/// How long is looked at before the sweep; a server begins to sweep a minute after its start.
const BEFORE: Duration = Duration::from_secs(30);
/// Tickets that are asked for to know whether all are gone.
const SAMPLE: usize = 500;

pub fn head() {
    println!(
        "refreshes beside a sweep, ms              p50       p99   longest   requests   seconds"
    );
}

/// Fills a store with tickets that expired long ago, starts a server on it, and lets it sweep.
///
/// # Errors
/// When the store or a request fails.
pub async fn measure(engine: Engine, below: &Path, tickets: usize) -> anyhow::Result<()> {
    let open = engine.open(below).await?;
    let sample = fill(&open.stores, tickets).await?;
    let world = world(open.stores.clone()).await?;
    let (stop, stopped) = watch::channel(false);
    let load = |stopped: &watch::Receiver<bool>| -> Vec<_> {
        (0..CLIENTS).map(|_| refresh(&world, stopped.clone())).collect()
    };
    let (lanes, begun) = (load(&stopped), Instant::now());
    tokio::time::sleep(BEFORE).await;
    stop.send(true)?;
    report(&format!("{}, before", engine.name()), lanes, begun).await?;
    // Until the first is gone it is still before.
    let tenant: TenantId = "bench".parse()?;
    while left(&open.stores, &tenant, &sample).await? == sample.len() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (stop, stopped) = watch::channel(false);
    let (lanes, begun) = (load(&stopped), Instant::now());
    while left(&open.stores, &tenant, &sample).await? > 0 {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    stop.send(true)?;
    report(&format!("{}, {tickets} swept", engine.name()), lanes, begun).await?;
    world.server.close().await;
    Ok(())
}

type Lane = JoinHandle<anyhow::Result<Vec<Duration>>>;

/// A client that refreshes until it is told to stop, and how long each answer took.
fn refresh(world: &World, stopped: watch::Receiver<bool>) -> Lane {
    let server = world.server.clone();
    let user = world.form("password") + "&username=alice&password=wonderland&scope=read";
    let by = world.form("refresh_token");
    tokio::spawn(async move {
        let mut token = refresh_token(&ask(&server, "/oauth/bench/token", user).await?)?;
        let mut spans = Vec::new();
        while !*stopped.borrow() {
            let body = Bytes::from(format!("{by}&refresh_token={token}"));
            let begun = Instant::now();
            let answer = ask(&server, "/oauth/bench/token", body).await?;
            spans.push(begun.elapsed());
            token = refresh_token(&answer)?;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(spans)
    })
}

async fn report(what: &str, lanes: Vec<Lane>, begun: Instant) -> anyhow::Result<()> {
    let mut spans = Vec::new();
    for lane in join_all(lanes).await {
        spans.extend(lane??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    spans.sort_unstable();
    let at = |part: usize| {
        let place = (spans.len() * part / 1000).min(spans.len().saturating_sub(1));
        spans.get(place).map_or(0.0, |span| span.as_secs_f64() * 1e3)
    };
    println!(
        "{what:<36} {:>9.2} {:>9.2} {:>9.2} {:>10} {seconds:>9.0}",
        at(500),
        at(990),
        at(1000),
        spans.len()
    );
    Ok(())
}

/// Tickets of another year. Returns some of their ids.
async fn fill(stores: &Stores, tickets: usize) -> anyhow::Result<Vec<TicketId>> {
    let (tenant, mut chance): (TenantId, _) = ("bench".parse()?, Chance::new(2));
    let ids: Vec<_> = (0..tickets).map(|_| id(&mut chance)).collect();
    for (some, session) in ids.chunks(256).zip(1..) {
        let rows = some.iter().map(|id| {
            let mut row = ticket(*id, Generation::FIRST, session)?;
            // At many moments, so that there is an order to sweep them in.
            let moment = 1_500_000_000_000 + u64::from(id.as_bytes()[7]);
            row.expires_at = Timestamp::from_millis(moment);
            row.ends_at = row.expires_at;
            Ok(row)
        });
        let rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
        try_join_all(rows.iter().map(|row| stores.tickets.issue(&tenant, row))).await?;
    }
    Ok(ids.into_iter().step_by((tickets / SAMPLE).max(1)).collect())
}

/// How many of them are still there.
async fn left(stores: &Stores, tenant: &TenantId, ids: &[TicketId]) -> anyhow::Result<usize> {
    let mut left = 0;
    for id in ids {
        left += usize::from(stores.tickets.read(tenant, *id).await?.is_some());
    }
    Ok(left)
}
