//! Users of the built-in directory.

use grantry::types::{Account, ClaimSet, Timestamp, Version};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Invalid, Row};

#[derive(Deserialize, Serialize)]
pub struct AccountRow {
    subject: String,
    version: u64,
    username: Box<str>,
    /// A PHC string.
    password: Box<str>,
    disabled: bool,
    not_before: u64,
    claims: Option<Map<String, Value>>,
}

impl Row for Account {
    type Json = AccountRow;

    fn keep(&self) -> AccountRow {
        AccountRow {
            subject: self.subject.to_string(),
            version: self.version.0,
            username: self.username.clone(),
            password: self.password.clone(),
            disabled: self.disabled,
            not_before: self.not_before.as_millis(),
            claims: self.claims.as_deref().map(keep),
        }
    }

    fn restore(row: AccountRow) -> Result<Self, Invalid> {
        let mut account = Self::new(row.subject.parse()?, row.username, row.password);
        account.version = Version(row.version);
        account.disabled = row.disabled;
        account.not_before = Timestamp::from_millis(row.not_before);
        account.claims = row.claims.map(ClaimSet::try_from).transpose()?.map(Box::new);
        Ok(account)
    }
}

fn keep(claims: &ClaimSet) -> Map<String, Value> {
    claims.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
}
