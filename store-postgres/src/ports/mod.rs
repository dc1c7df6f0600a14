//! The store ports. Each method that says nothing else is one statement: done or not begun, wherever its
//! caller leaves.

mod accounts;
mod clients;
mod consents;
mod interactions;
mod jwt_ids;
mod keys;
mod present;
mod sessions;
mod tenants;
mod ticket;
mod tickets;

use std::sync::Arc;

use grantry::ports::{Change, Create, StoreError};
use grantry_rows::Row as Body;
use tokio_postgres::Row;

use crate::{PostgresStore, values::value};

/// How many rows one statement takes on, where there may be any number of them.
const SOME: i64 = 500;

/// A write of what other nodes remember, which tells them with the same commit: on an engine that
/// cannot, the second statement is sent.
macro_rules! told {
    ($sql:expr) => {
        $crate::ports::Told {
            telling: concat!($sql, " RETURNING pg_notify('grantry/' || current_schema(), tenant)"),
            silent: $sql,
        }
    };
}
pub(crate) use told;

/// A statement that tells other nodes, and the same one without a word.
pub(crate) struct Told {
    pub(crate) telling: &'static str,
    pub(crate) silent: &'static str,
}

impl PostgresStore {
    /// Writes, and tells other nodes. How many rows were written.
    async fn tell(
        &self,
        told: &Told,
        values: crate::calls::Values<'_>,
    ) -> Result<u64, crate::failure::Failure> {
        let sql = if self.tells() { told.telling } else { told.silent };
        self.calls().count(sql, values).await
    }
}

fn created(rows: u64) -> Create {
    if rows > 0 { Create::Created } else { Create::Conflict }
}

fn changed(rows: u64) -> Change {
    if rows > 0 { Change::Written } else { Change::Lost }
}

/// The row that a text says.
fn body<R: Body>(row: &Row) -> Result<R, StoreError> {
    grantry_rows::read(value(row, "body")?)
}

/// Of at most one row.
fn first<R: Body>(rows: &[Row]) -> Result<Option<R>, StoreError> {
    rows.first().map(body).transpose()
}

fn all<R: Body>(rows: &[Row]) -> Result<Vec<Arc<R>>, StoreError> {
    rows.iter().map(|row| body(row).map(Arc::new)).collect()
}
