//! What an engine can do: one durable update of one row of the same table, by its bare driver.

use std::{path::Path, time::Instant};

use futures_util::future::try_join_all;
use grantry_axum::grantry::types::TicketId;
use grantry_sqlite::Synchronous;
use rusqlite::{Connection, params};
use tokio_postgres::NoTls;

use crate::engine::{CONNECTIONS, Place};

/// Updates a second, at so many clients, of the rows with these ids.
///
/// # Errors
/// When the database refuses.
pub async fn rate(place: &Place, clients: usize, ids: &[TicketId]) -> anyhow::Result<Option<f64>> {
    match place {
        Place::Memory => Ok(None),
        Place::Sqlite { file, synchronous, .. } => {
            Ok(Some(sqlite(file, *synchronous, clients, ids)?))
        }
        Place::Postgres { cluster } => Ok(Some(postgres(&cluster.url(), clients, ids).await?)),
    }
}

/// One statement after the other; those of all clients share a transaction.
fn sqlite(
    file: &Path,
    synchronous: Synchronous,
    clients: usize,
    ids: &[TicketId],
) -> anyhow::Result<f64> {
    let db = Connection::open(file)?;
    let level = if synchronous == Synchronous::Full { "FULL" } else { "NORMAL" };
    db.pragma_update(None, "synchronous", level)?;
    let update = "UPDATE tickets SET version = version + 1, generation = generation + 1, \
                  changed_at = ?3, rotated_at = ?3, expires_at = expires_at + 1 \
                  WHERE tenant = ?1 AND id = ?2 RETURNING version";
    let mut update = db.prepare(update)?;
    let begun = Instant::now();
    for (number, together) in (0_i64..).zip(ids.chunks(clients)) {
        if clients > 1 {
            db.execute_batch("BEGIN IMMEDIATE")?;
        }
        for id in together {
            let values = params!["bench", id.as_bytes(), 1_800_000_000_000 + number];
            update.query_row(values, |row| row.get::<_, i64>(0))?;
        }
        if clients > 1 {
            db.execute_batch("COMMIT")?;
        }
    }
    Ok(ids.len() as f64 / begun.elapsed().as_secs_f64())
}

/// One prepared statement, on as many connections as the store has at most.
async fn postgres(url: &str, clients: usize, ids: &[TicketId]) -> anyhow::Result<f64> {
    let update = "UPDATE grantry.tickets SET version = version + 1, generation = generation + 1, \
                  changed_at = $3, rotated_at = $3, expires_at = expires_at + 1 \
                  WHERE tenant = $1 AND id = $2 RETURNING version";
    let mut lanes = Vec::new();
    for own in ids.chunks(ids.len().div_ceil(clients.min(CONNECTIONS))) {
        let (client, driver) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(driver);
        let statement = client.prepare(update).await?;
        lanes.push((client, statement, own.to_vec()));
    }
    let begun = Instant::now();
    let lanes = lanes.into_iter().map(|(client, statement, own)| {
        tokio::spawn(async move {
            for id in own {
                let now = 1_800_000_000_000_i64;
                client.query_one(&statement, &[&"bench", &&id.as_bytes()[..], &now]).await?;
            }
            Ok::<_, anyhow::Error>(())
        })
    });
    for lane in try_join_all(lanes).await? {
        lane?;
    }
    Ok(ids.len() as f64 / begun.elapsed().as_secs_f64())
}
