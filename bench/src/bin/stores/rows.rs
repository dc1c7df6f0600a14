//! Grants at the port of a store: what a code and a refresh token write.

use std::{fs, path::Path, sync::Arc, time::Duration};

use bench::Chance;
use futures_util::future::try_join_all;
use grantry_axum::grantry::{
    ports::Tickets,
    types::{
        Authorized, Binding, Generation, Presentation, Presented, Proof, TenantId, Ticket,
        TicketId, TicketState, Timestamp, Version,
    },
};
use tokio_postgres::NoTls;

use crate::{
    engine::{Engine, Place},
    floor,
    lanes::{self, CLIENTS},
};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Codes are redeemed, the refresh tokens of the same grants are rotated, and then their rows are moved by
/// the bare driver.
///
/// # Errors
/// When the store fails, or answers otherwise.
pub async fn rates(
    engine: Engine,
    below: &Path,
    rounds: usize,
    grants: usize,
) -> anyhow::Result<()> {
    let open = engine.open(below).await?;
    let tickets = &open.stores.tickets;
    let mut chance = Chance::new(1);
    let [mut code, mut refresh] = [[0.0_f64; 2]; 2];
    let mut floors: Option<[f64; 2]> = None;
    for _ in 0..rounds {
        for (at, clients) in CLIENTS.into_iter().enumerate() {
            let ids = issue(tickets, grants, Generation::CODE, &mut chance).await?;
            let shown = present(tickets, clients, &ids, Generation::CODE).await?;
            code[at] = code[at].max(shown);
            let shown = present(tickets, clients, &ids, Generation::FIRST).await?;
            refresh[at] = refresh[at].max(shown);
            if let Some(rate) = floor::rate(&open.place, clients, &ids).await? {
                let floors = floors.get_or_insert_default();
                floors[at] = floors[at].max(rate);
            }
        }
    }
    let name = engine.name();
    if let Some(floors) = floors {
        lanes::line(&format!("{name}, driver alone"), floors, None);
    }
    lanes::line(&format!("{name}, code"), code, floors);
    lanes::line(&format!("{name}, refresh token"), refresh, floors);
    Ok(())
}

/// Room that grants take in a database.
///
/// # Errors
/// When the store fails.
pub async fn bytes(engine: Engine, below: &Path, grants: usize) -> anyhow::Result<()> {
    let open = engine.open(below).await?;
    let mut chance = Chance::new(1);
    let size = match &open.place {
        // A process says what it holds: see the program `memory`.
        Place::Memory => return Ok(()),
        Place::Sqlite { file, .. } => {
            let empty = checkpoint(file)?;
            issue(&open.stores.tickets, grants, Generation::FIRST, &mut chance).await?;
            checkpoint(file)? - empty
        }
        Place::Postgres { cluster } => {
            issue(&open.stores.tickets, grants, Generation::FIRST, &mut chance).await?;
            let (client, driver) = tokio_postgres::connect(&cluster.url(), NoTls).await?;
            tokio::spawn(driver);
            client.batch_execute("VACUUM ANALYZE grantry.tickets").await?;
            let size = "SELECT pg_total_relation_size('grantry.tickets')";
            u64::try_from(client.query_one(size, &[]).await?.try_get::<_, i64>(0)?)?
        }
    };
    println!("{:<31} {:>9}", engine.name(), size / grants as u64);
    Ok(())
}

/// Bytes of the file once everything is in it.
fn checkpoint(file: &Path) -> anyhow::Result<u64> {
    let db = rusqlite::Connection::open(file)?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(fs::metadata(file)?.len())
}

/// New grants, as users in browsers make them.
async fn issue(
    tickets: &Arc<dyn Tickets>,
    grants: usize,
    generation: Generation,
    chance: &mut Chance,
) -> anyhow::Result<Vec<TicketId>> {
    let tenant: TenantId = "bench".parse()?;
    let ids: Vec<_> = (0..grants).map(|_| id(chance)).collect();
    for (some, session) in ids.chunks(256).zip(1..) {
        let rows = some.iter().map(|id| ticket(*id, generation, session));
        let rows = rows.collect::<anyhow::Result<Vec<_>>>()?;
        try_join_all(rows.iter().map(|row| tickets.issue(&tenant, row))).await?;
    }
    Ok(ids)
}

/// A random one.
pub fn id(chance: &mut Chance) -> TicketId {
    let both = u128::from(chance.draw()) << 64 | u128::from(chance.draw());
    TicketId::from_bytes(both.to_be_bytes())
}

/// A grant that OpenID Connect needs everything of.
pub fn ticket(id: TicketId, generation: Generation, session: u128) -> anyhow::Result<Ticket> {
    let proof = Proof { at: NOW, methods: ["pwd".into()].into(), class: None };
    let session = Some(TicketId::from_bytes(session.to_be_bytes()));
    let nonce = Some("n-0S6_WzA2Mj-0S6_WzA2Mj".into());
    Ok(Ticket {
        id,
        version: Version::default(),
        generation,
        state: TicketState::Live,
        client: "web-application".parse()?,
        subject: format!("1TR7-user-{:012}", id.as_bytes()[0]).parse()?,
        scope: "email offline_access openid profile".parse()?,
        audience: "https://api.example.com".parse()?,
        binding: binding(generation),
        refreshable: true,
        authenticated_at: NOW,
        changed_at: NOW,
        rotated_at: Timestamp::EPOCH,
        expires_at: NOW.plus(14 * DAY),
        ends_at: NOW.plus(90 * DAY),
        authorized: Some(Arc::new(Authorized { session, proof, nonce, claims: None })),
        sender_key: None,
    })
}

/// What a code is shown with; a refresh token is not bound to anything.
fn binding(generation: Generation) -> Option<Binding> {
    (generation == Generation::CODE).then(|| Binding::from_bytes([7; 32]))
}

async fn present(
    tickets: &Arc<dyn Tickets>,
    clients: usize,
    ids: &[TicketId],
    generation: Generation,
) -> anyhow::Result<f64> {
    let tenant: TenantId = "bench".parse()?;
    let shown = Presentation {
        generation,
        client: "web-application".parse()?,
        binding: binding(generation),
        authenticated: true,
        sender: None,
        rotates: true,
        refreshable: true,
        window: Duration::ZERO,
        access: Duration::from_secs(600),
        idle: 14 * DAY,
        not_before: Timestamp::EPOCH,
    };
    let shared = Arc::new((tickets.clone(), tenant, shown, ids.to_vec()));
    lanes::rate(clients, ids.len(), move |number| {
        let shared = shared.clone();
        async move {
            let (tickets, tenant, shown, ids) = &*shared;
            let now = NOW.plus(Duration::from_secs(1));
            match tickets.present(tenant, ids[number], shown, now).await? {
                Presented::Redeemed(_) | Presented::Rotated(_) => Ok(()),
                other => anyhow::bail!("{other:?}"),
            }
        }
    })
    .await
}
