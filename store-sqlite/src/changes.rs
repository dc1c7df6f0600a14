//! What this process and others changed, asked for now and then.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use grantry::{
    async_trait,
    ports::{Changes, Listener, StoreError},
    types::TenantId,
};
use rusqlite::Connection;
use tokio::time::{sleep, timeout};

use crate::engine::Engine;

/// How often the file is asked.
const EVERY: Duration = Duration::from_millis(250);
/// How long it may take to answer, so that whoever listens knows within a second that it does not.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many words at once.
const MANY: i64 = 1000;

/// What is written to a file, from some word on.
#[derive(Debug)]
pub(crate) struct FileChanges {
    engine: Arc<Engine>,
    last: i64,
}

/// Listens to a file.
struct Ear {
    engine: Arc<Engine>,
    heard: Heard,
}

struct Heard {
    /// The last word that was heard.
    last: i64,
    /// What was heard and not yet told.
    words: VecDeque<TenantId>,
}

type Word = (i64, String);

impl FileChanges {
    /// Everybody who listens hears what comes after that word.
    pub(crate) fn after(last: i64, engine: Arc<Engine>) -> Self {
        Self { engine, last }
    }
}

impl Changes for FileChanges {
    fn listen(&self) -> Box<dyn Listener> {
        let heard = Heard { last: self.last, words: VecDeque::new() };
        Box::new(Ear { engine: self.engine.clone(), heard })
    }
}

/// The newest word of a file.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn newest(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT ifnull(max(id), 0) FROM changes", [], |row| row.get(0))
}

fn since(db: &Connection, last: i64) -> rusqlite::Result<Vec<Word>> {
    let words = "SELECT id, tenant FROM changes WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut words = db.prepare_cached(words)?;
    words.query_map([last, MANY], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

#[async_trait]
impl Listener for Ear {
    /// What is awaited changes nothing that was heard, so it may be dropped there.
    async fn next(&mut self) -> Result<TenantId, StoreError> {
        loop {
            if let Some(word) = self.heard.words.pop_front() {
                return Ok(word);
            }
            sleep(EVERY).await;
            let last = self.heard.last;
            let words = timeout(PATIENCE, self.engine.read(move |db| since(db, last)));
            self.heard.hear(words.await.map_err(StoreError::new)??)?;
        }
    }
}

impl Heard {
    /// Words have no gaps: where the next one is not there, it was forgotten before it was heard.
    fn hear(&mut self, words: Vec<Word>) -> Result<(), StoreError> {
        let missed = words.first().is_some_and(|(id, _)| *id != self.last + 1);
        if let Some((id, _)) = words.last() {
            self.last = *id;
        }
        for (_, tenant) in words {
            self.words.push_back(tenant.parse().map_err(StoreError::new)?);
        }
        match missed {
            true => Err(StoreError::new("more was changed than the file remembers")),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(ids: std::ops::Range<i64>) -> Vec<Word> {
        ids.map(|id| (id, format!("t{id}"))).collect()
    }

    #[test]
    fn a_gap_is_told_and_what_comes_after_it_is_heard() {
        let mut heard = Heard { last: 3, words: VecDeque::new() };
        heard.hear(words(4..6)).unwrap();
        assert!(heard.hear(words(9..11)).is_err());
        heard.hear(words(11..12)).unwrap();
        let told: Vec<_> = heard.words.iter().map(|id| id.to_string()).collect();
        assert_eq!(told, ["t4", "t5", "t9", "t10", "t11"]);
    }
}
