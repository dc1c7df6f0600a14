//! The engine: JSON texts in the order of their keys.

use std::{collections::BTreeMap, ops::Bound};

use grantry::{
    ports::{Change, Create, StoreError},
    types::Version,
};
use serde::{Deserialize, Serialize};

/// Which table a row is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(crate) enum Table {
    Tenants,
    /// Names of tenants that were deleted, which stay taken.
    Gone,
    Clients,
    Accounts,
    /// Whose a user name is.
    Names,
    Tickets,
    Keys,
    Sessions,
    /// Requests that wait for their users.
    Parked,
    Consents,
    /// Until when a JWT id is remembered.
    JwtIds,
}

/// Table, tenant, and the row's own id. The tenant is part of every key (a tenant's own row has an
/// empty one): what belongs to one is never found by another.
pub(crate) type Key = (Table, String, String);

/// A row with its place. What its text is, the crate of rows says.
pub(crate) trait Row: grantry_rows::Row {
    /// Where it is kept.
    const TABLE: Table;

    fn id(&self) -> String;
    /// What a change is compared with.
    fn version(&self) -> Version;
}

/// All rows.
#[derive(Debug, Default)]
pub(crate) struct Rows(BTreeMap<Key, String>);

impl Rows {
    pub(crate) fn read<R: Row>(&self, owner: &str, id: &str) -> Result<Option<R>, StoreError> {
        let key = (R::TABLE, owner.to_owned(), id.to_owned());
        self.0.get(&key).map(|text| grantry_rows::read(text)).transpose()
    }

    pub(crate) fn write<R: Row>(&mut self, owner: &str, row: &R) -> Result<(), StoreError> {
        let text = grantry_rows::write(row)?;
        self.0.insert((R::TABLE, owner.to_owned(), row.id()), text);
        Ok(())
    }

    /// Keeps a new row; one that is there stays as it is.
    pub(crate) fn create<R: Row>(&mut self, owner: &str, row: &R) -> Result<Create, StoreError> {
        if self.0.contains_key(&(R::TABLE, owner.to_owned(), row.id())) {
            return Ok(Create::Conflict);
        }
        self.write(owner, row)?;
        Ok(Create::Created)
    }

    /// Writes the row if the one that is there has this version.
    pub(crate) fn change<R: Row>(
        &mut self,
        owner: &str,
        row: &R,
        from: Version,
    ) -> Result<Change, StoreError> {
        let old: Option<R> = self.read(owner, &row.id())?;
        if old.is_none_or(|old| old.version() != from) {
            return Ok(Change::Lost);
        }
        self.write(owner, row)?;
        Ok(Change::Written)
    }

    /// Up to `limit` rows of this owner in the order of their ids, after that one.
    pub(crate) fn list<R: Row>(
        &self,
        owner: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<R>, StoreError> {
        let key = |id: &str| (R::TABLE, owner.to_owned(), id.to_owned());
        let begin = after.map_or(Bound::Included(key("")), |after| Bound::Excluded(key(after)));
        let later = self.0.range((begin, Bound::Unbounded));
        let mine = later.take_while(|((table, of, _), _)| *table == R::TABLE && of == owner);
        mine.take(limit).map(|(_, text)| grantry_rows::read(text)).collect()
    }

    /// Every row of a table, with its key.
    fn all<R: Row>(&self) -> impl Iterator<Item = Result<(Key, R), StoreError>> {
        let mine = self.0.iter().filter(|((table, ..), _)| *table == R::TABLE);
        mine.map(|(key, text)| Ok((key.clone(), grantry_rows::read(text)?)))
    }

    /// A text that stands for itself: a name that is taken, and by whom.
    pub(crate) fn mark(&mut self, key: Key, text: &str) {
        self.0.insert(key, text.to_owned());
    }

    pub(crate) fn marked(&self, key: &Key) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// Forgets a row. Returns whether it was there.
    pub(crate) fn remove(&mut self, key: &Key) -> bool {
        self.0.remove(key).is_some()
    }

    /// Forgets up to `limit` rows that are old, of any owner. Returns how many.
    pub(crate) fn sweep<R: Row>(
        &mut self,
        is_old: impl Fn(&R) -> bool,
        limit: usize,
    ) -> Result<usize, StoreError> {
        let mut old = Vec::new();
        for row in self.all::<R>() {
            let (key, row) = row?;
            if is_old(&row) && old.len() < limit {
                old.push(key);
            }
        }
        Ok(old.iter().filter(|key| self.remove(key)).count())
    }

    /// Forgets up to `limit` marks of a table, of any owner. Returns how many.
    pub(crate) fn sweep_marks(
        &mut self,
        from: Table,
        is_old: impl Fn(&str) -> bool,
        limit: usize,
    ) -> usize {
        let old = self.0.iter().filter(|((table, ..), text)| *table == from && is_old(text));
        let old: Vec<_> = old.map(|(key, _)| key.clone()).take(limit).collect();
        old.iter().filter(|key| self.remove(key)).count()
    }

    /// Forgets all that a tenant has in this table.
    pub(crate) fn erase(&mut self, from: Table, owner: &str) {
        self.0.retain(|(table, of, _), _| *table != from || of != owner);
    }

    pub(crate) fn dump(&self) -> Result<String, StoreError> {
        serde_json::to_string(&self.0.iter().collect::<Vec<_>>()).map_err(StoreError::new)
    }

    pub(crate) fn load(text: &str) -> Result<Self, StoreError> {
        let rows: Vec<(Key, String)> = serde_json::from_str(text).map_err(StoreError::new)?;
        Ok(Self(rows.into_iter().collect()))
    }
}
