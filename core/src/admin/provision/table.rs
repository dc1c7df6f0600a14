//! A table of the file: fields that we name, or entries that the file names.

use std::borrow::Cow;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    spelling,
    value::{Value, path},
};

#[derive(Debug)]
pub(super) struct Table<'a> {
    this: Value<'a>,
    entries: &'a DeTable<'a>,
    /// Fields that are there under a wrong name, so that they are not missed as well.
    meant: Vec<&'static str>,
}

impl<'a> Table<'a> {
    /// A table whose entries the file names.
    pub(super) fn of(this: Value<'a>) -> Option<Self> {
        match this.value {
            DeValue::Table(entries) => Some(Self { entries, this, meant: Vec::new() }),
            _ => {
                this.wrong(format!("is not a table: write [{}] and its fields below", this.path()));
                None
            }
        }
    }

    /// A table of these fields; every other is noted as a mistake.
    pub(super) fn with(this: Value<'a>, known: &'static [&'static str]) -> Option<Self> {
        let mut table = Self::of(this)?;
        for (_, value) in table.unknown(known) {
            table.misspelt(&value, known);
        }
        Some(table)
    }

    /// A table of these fields whose own name comes from the file. Where a dot has cut that name in
    /// two, the table holds another with the rest of it, and its fields are there.
    pub(super) fn named(this: Value<'a>, known: &'static [&'static str]) -> Option<Self> {
        let mut table = Self::of(this)?;
        for (rest, value) in table.unknown(known) {
            let near = spelling::nearest(rest, known.iter().copied());
            if near.is_some() || !value.value.is_table() {
                table.misspelt(&value, known);
                continue;
            }
            let (name, above) = table.this.names.split_last()?;
            let (above, name) = (path(above), format!("{name}.{rest}"));
            value.wrong_name(format!(
                "there is no such field: if the name holds a dot, put it in quotes, \
                 [{above}.{name:?}]; otherwise {}",
                instead(known)
            ));
            table.meant.extend(known);
        }
        Some(table)
    }

    fn unknown(&self, known: &[&str]) -> Vec<(&'a str, Value<'a>)> {
        let mut entries = self.entries();
        entries.retain(|(name, _)| !known.contains(name));
        entries
    }

    fn misspelt(&mut self, field: &Value<'a>, known: &'static [&'static str]) {
        let name = field.names.last().copied().unwrap_or_default();
        let near = spelling::nearest(name, known.iter().copied());
        self.meant.extend(near);
        field.wrong_name(match near {
            Some(near) => format!("there is no such field: did you mean \"{near}\"?"),
            None => format!("there is no such field: {}", instead(known)),
        });
    }

    /// The table's own name, such as `tenants.acme.policy`.
    pub(super) fn path(&self) -> String {
        self.this.path()
    }

    /// The fields or entries, by name.
    pub(super) fn entries(&self) -> Vec<(&'a str, Value<'a>)> {
        let entry = |(key, value): (&'a Spanned<Cow<'a, str>>, &'a Spanned<DeValue<'a>>)| {
            let name: &'a str = key.get_ref();
            let (names, file) = ([&*self.this.names, &[name]].concat(), self.this.file);
            let value =
                Value { file, names, key: key.span(), at: value.span(), value: value.get_ref() };
            (name, value)
        };
        self.entries.iter().map(entry).collect()
    }

    /// A field that may be left out.
    pub(super) fn find(&self, name: &str) -> Option<Value<'a>> {
        self.entries().into_iter().find(|(own, _)| *own == name).map(|(_, value)| value)
    }

    /// A field that must be there; noted as a mistake where it is not.
    pub(super) fn demand(&self, name: &'static str, instead: &str) -> Option<Value<'a>> {
        let found = self.find(name);
        if found.is_none() && !self.meant.contains(&name) {
            self.wrong(name, format!("is missing: write {instead}"));
        }
        found
    }

    /// Notes that a field is wrong, which need not be there.
    pub(super) fn wrong(&self, name: &'static str, message: impl Into<String>) {
        match self.find(name) {
            Some(value) => value.wrong(message),
            None => self.this.file.wrong(&self.this.key, &self.path_of(name), message.into()),
        }
    }

    /// Whether it is known that a field is wrong, so that nothing follows from what was read of it.
    pub(super) fn is_wrong(&self, name: &'static str) -> bool {
        self.meant.contains(&name) || self.this.file.is_wrong(&self.path_of(name))
    }

    fn path_of(&self, name: &'static str) -> String {
        path(&[&*self.this.names, &[name]].concat())
    }
}

fn instead(known: &[&str]) -> String {
    let one_of = if known.len() > 1 { "one of " } else { "" };
    format!("write {one_of}{}", known.join(", "))
}
