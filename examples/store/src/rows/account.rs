//! Users of the built-in directory.

use grantry::types::{Account, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::table::{Invalid, Row, Table};

#[derive(Deserialize, Serialize)]
pub(crate) struct AccountRow {
    subject: String,
    version: u64,
    username: Box<str>,
    /// A PHC string.
    password: Box<str>,
    disabled: bool,
    not_before: u64,
}

impl Row for Account {
    type Json = AccountRow;
    const TABLE: Table = Table::Accounts;

    fn id(&self) -> String {
        self.subject.to_string()
    }

    fn version(&self) -> Version {
        self.version
    }

    fn keep(&self) -> AccountRow {
        AccountRow {
            subject: self.subject.to_string(),
            version: self.version.0,
            username: self.username.clone(),
            password: self.password.clone(),
            disabled: self.disabled,
            not_before: self.not_before.as_millis(),
        }
    }

    fn restore(row: AccountRow) -> Result<Self, Invalid> {
        let mut account = Self::new(row.subject.parse()?, row.username, row.password);
        account.version = Version(row.version);
        account.disabled = row.disabled;
        account.not_before = Timestamp::from_millis(row.not_before);
        Ok(account)
    }
}
