//! Rows as texts: read and written with them, and parsed where nobody else waits for it.

use std::sync::Arc;

use grantry::ports::{Change, Create, StoreError};
use grantry_rows::Row;
use rusqlite::{OptionalExtension, params_from_iter, types::Value};

use crate::engine::Engine;

impl Engine {
    /// The row of a statement that gives one text, or none.
    ///
    /// # Errors
    /// When there is no answer, or the text is no row.
    pub(crate) async fn row<R: Row, const N: usize>(
        &self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<Option<R>, StoreError> {
        let text = self.read(move |db| {
            let mut found = db.prepare_cached(sql)?;
            found.query_row(params_from_iter(&values), |row| row.get::<_, String>(0)).optional()
        });
        text.await?.map(|text| grantry_rows::read(&text)).transpose()
    }

    /// The rows of a statement that gives a text for each.
    ///
    /// # Errors
    /// When there is no answer, or a text is no row.
    pub(crate) async fn rows<R: Row, const N: usize>(
        &self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<Vec<R>, StoreError> {
        let texts = self.read(move |db| {
            let mut found = db.prepare_cached(sql)?;
            let texts = found.query_map(params_from_iter(&values), |row| row.get(0))?;
            texts.collect::<rusqlite::Result<Vec<String>>>()
        });
        texts.await?.iter().map(|text| grantry_rows::read(text)).collect()
    }

    /// As [`Engine::rows`], shared.
    ///
    /// # Errors
    /// As [`Engine::rows`].
    pub(crate) async fn shared<R: Row, const N: usize>(
        &self,
        sql: &'static str,
        values: [Value; N],
    ) -> Result<Vec<Arc<R>>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().map(Arc::new).collect())
    }
}

/// The text of a row, for a column.
///
/// # Errors
/// None that has been met.
pub(crate) fn text<R: Row>(row: &R) -> Result<Value, StoreError> {
    grantry_rows::write(row).map(Value::Text)
}

/// What came of a statement that keeps a new row.
pub(crate) fn created(rows: usize) -> Create {
    if rows == 1 { Create::Created } else { Create::Conflict }
}

/// What came of a statement that changes a row.
pub(crate) fn changed(rows: usize) -> Change {
    if rows == 1 { Change::Written } else { Change::Lost }
}
