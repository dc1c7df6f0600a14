//! One migration.

use std::time::Duration;

use tokio_postgres::Transaction;

use super::{Migration, State, state};
use crate::{connection::Session, failure::Failure};

/// How often a step is begun anew that met another node's on an engine without advisory locks.
const TRIES: u32 = 20;
/// Where the version is kept. The row is a lock as well, for engines that have no other.
const BOOK: &str = "CREATE TABLE IF NOT EXISTS schema_version \
     (id integer PRIMARY KEY, version integer NOT NULL, oldest integer NOT NULL)";
const PAGE: &str = "INSERT INTO schema_version VALUES (1, 0, 0) ON CONFLICT DO NOTHING";
const LOCK: &str = "SELECT version, oldest FROM schema_version WHERE id = 1 FOR UPDATE";
const DONE: &str = "UPDATE schema_version SET version = $1, oldest = $2 WHERE id = 1";

/// Makes the schema itself, unless it is there: whoever may not make one may be given one.
pub(super) async fn schema(session: &Session, schema: &str) -> Result<(), Failure> {
    let there = "SELECT count(*) FROM information_schema.schemata WHERE schema_name = $1";
    let there = session.client().query_one(there, &[&schema]).await.map_err(Failure::of)?;
    if there.try_get::<_, i64>(0).map_err(Failure::of)? > 0 {
        return Ok(());
    }
    let make = format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\"");
    match session.client().batch_execute(&make).await.map_err(Failure::of) {
        Err(failure) if failure.is_made_twice() => Ok(()),
        made => made,
    }
}

/// Takes the schema to the version of this migration, unless it is there already.
pub(super) async fn migrate(
    session: &mut Session,
    schema: &str,
    migration: &Migration,
) -> Result<State, Failure> {
    let mut locks = true;
    for round in 1.. {
        let failure = match once(session, schema, migration, locks).await {
            Ok(state) => return Ok(state),
            Err(failure) => failure,
        };
        if locks && failure.is_unknown() {
            locks = false;
        } else if !failure.is_made_twice() || round >= TRIES {
            return Err(failure);
        } else {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(State::default())
}

async fn once(
    session: &mut Session,
    schema: &str,
    migration: &Migration,
    locks: bool,
) -> Result<State, Failure> {
    let transaction = session.client_mut().transaction().await.map_err(Failure::of)?;
    let state = write(&transaction, schema, migration, locks).await.map_err(Failure::of)?;
    transaction.commit().await.map_err(Failure::of)?;
    Ok(state)
}

async fn write(
    transaction: &Transaction<'_>,
    schema: &str,
    migration: &Migration,
    locks: bool,
) -> Result<State, tokio_postgres::Error> {
    if locks {
        // It ends with the transaction, so with the session, whatever becomes of this process.
        transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&key(schema)]).await?;
    }
    transaction.batch_execute(BOOK).await?;
    transaction.execute(PAGE, &[]).await?;
    let state = state(&transaction.query_one(LOCK, &[]).await?)?;
    if state.version >= migration.number {
        return Ok(state);
    }
    transaction.batch_execute(migration.sql).await?;
    transaction.execute(DONE, &[&migration.number, &migration.oldest]).await?;
    Ok(State { version: migration.number, oldest: migration.oldest })
}

/// The lock of a schema: FNV-1a, since every build must come to the same.
fn key(schema: &str) -> i64 {
    let hash = "grantry migrations/".bytes().chain(schema.bytes());
    let hash = hash.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash.cast_signed()
}
