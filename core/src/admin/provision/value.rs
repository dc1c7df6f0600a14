//! A value of the file, with the place where it stands.

use std::{fmt::Display, ops::Range, str::FromStr};

use toml::de::DeValue;

use super::{reading::Reading, spelling};
use crate::types::Kind;

#[derive(Clone, Debug)]
pub(super) struct Value<'a> {
    pub(super) file: &'a Reading<'a>,
    /// The names that lead to it, from the top of the file.
    pub(super) names: Vec<&'a str>,
    /// Where its own name stands; where the value does, if it has none.
    pub(super) key: Range<usize>,
    pub(super) at: Range<usize>,
    pub(super) value: &'a DeValue<'a>,
}

impl<'a> Value<'a> {
    /// The field's whole name, such as `tenants.acme.policy.grants`.
    pub(super) fn path(&self) -> String {
        path(&self.names)
    }

    /// Notes that the value is wrong.
    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.file.wrong(&self.at, &self.path(), message.into());
    }

    /// Notes that it should not be there at all.
    pub(super) fn wrong_name(&self, message: impl Into<String>) {
        self.file.wrong(&self.key, &self.path(), message.into());
    }

    /// A text. The example shows how one would look here.
    pub(super) fn text(&self, example: &str) -> Option<&'a str> {
        if let DeValue::String(text) = self.value {
            return Some(text);
        }
        self.wrong(format!("{} is not text in quotes: write {example}", self.shown()));
        None
    }

    /// Like [`Value::text`], for what is never shown.
    pub(super) fn hidden_text(&self) -> Option<&'a str> {
        if let DeValue::String(text) = self.value {
            return Some(text);
        }
        self.wrong("is not text: write it in double quotes");
        None
    }

    pub(super) fn flag(&self) -> Option<bool> {
        if let DeValue::Boolean(flag) = self.value {
            return Some(*flag);
        }
        self.wrong(format!(
            "{} is neither true nor false: write one of these, without quotes",
            self.shown()
        ));
        None
    }

    /// A whole number that is not negative.
    pub(super) fn number(&self) -> Option<u32> {
        let number = match self.value {
            DeValue::Integer(number) => number.to_string().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            let shown = self.shown();
            self.wrong(format!("{shown} is no whole number: write digits alone, without quotes"));
        }
        number
    }

    /// The entries of a list. The example shows how a list would look here.
    pub(super) fn list(&self, example: &str) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(entries) = self.value else {
            self.wrong(format!("is not a list in square brackets: write {example}"));
            return None;
        };
        let entry = |entry: &'a toml::Spanned<DeValue<'a>>| Value {
            file: self.file,
            names: self.names.clone(),
            key: entry.span(),
            at: entry.span(),
            value: entry.get_ref(),
        };
        Some(entries.iter().map(entry).collect())
    }

    /// A text that is read as one of our own words, which say themselves what they may be.
    pub(super) fn word<T: FromStr<Err: Display>>(&self, example: &str) -> Option<T> {
        let text = self.text(example)?;
        match text.parse() {
            Ok(word) => Some(word),
            Err(rule) => {
                self.wrong(format!("{} does not fit: {rule}; write {example}", self.shown()));
                None
            }
        }
    }

    /// One of the names of these kinds.
    pub(super) fn kind<T: Kind>(&self, what: &str) -> Option<T> {
        let all: Vec<_> = T::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
        self.choice(what, &all)
    }

    /// One of these names.
    pub(super) fn choice<T: Copy>(&self, what: &str, all: &[(&'static str, T)]) -> Option<T> {
        let all_names = || all.iter().map(|(name, _)| *name);
        let listed = all_names().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let text = self.text(&format!("one of {listed}"))?;
        if let Some((_, choice)) = all.iter().find(|(name, _)| *name == text) {
            return Some(*choice);
        }
        let instead = match spelling::nearest(text, all_names()) {
            Some(name) => format!("\"{name}\""),
            None => format!("one of {listed}"),
        };
        self.wrong(format!("{} is not {what}: write {instead}", self.shown()));
        None
    }

    /// The value as it is shown in a message: short, and on one line.
    pub(super) fn shown(&self) -> String {
        const MOST: usize = 60;
        match self.value {
            DeValue::String(text) if text.chars().count() > MOST => {
                format!("{:?}…", text.chars().take(MOST).collect::<String>())
            }
            DeValue::String(text) => format!("{text:?}"),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(flag) => flag.to_string(),
            DeValue::Datetime(_) => "a date".to_owned(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }
}

/// Names as one field, such as `tenants.acme.policy.grants`.
pub(super) fn path(names: &[&str]) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let quoted = |name: &&str| match !name.is_empty() && name.bytes().all(bare) {
        true => (*name).to_owned(),
        false => format!("{name:?}"),
    };
    names.iter().map(quoted).collect::<Vec<_>>().join(".")
}
