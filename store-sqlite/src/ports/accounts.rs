//! Users. A unique index sees to it that a name is one's.

use std::sync::Arc;

use grantry::{
    async_trait,
    ports::{AccountChange, Accounts, Create, StoreError},
    types::{Account, Subject, TenantId, Version},
};
use rusqlite::{ErrorCode, params_from_iter};

use super::sweep::erase;
use crate::{
    SqliteStore,
    columns::{Column, after_text, first, limit, version},
    texts::{created, text},
};

const BY_NAME: &str = "SELECT row FROM accounts WHERE tenant = ?1 AND username = ?2";
const BY_SUBJECT: &str = "SELECT row FROM accounts WHERE tenant = ?1 AND subject = ?2";
const CREATE: &str = "INSERT INTO accounts (tenant, subject, username, version, row) \
    VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE accounts SET username = ?3, version = ?4, row = ?5 \
    WHERE tenant = ?1 AND subject = ?2 AND version = ?6";
const DELETE: &str = "DELETE FROM accounts WHERE tenant = ?1 AND subject = ?2";
const LIST: &str =
    "SELECT row FROM accounts WHERE tenant = ?1 AND subject > ?2 ORDER BY subject LIMIT ?3";
const ERASE: &str = "DELETE FROM accounts WHERE rowid IN \
    (SELECT rowid FROM accounts WHERE tenant = ?1 LIMIT ?2)";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BY_NAME, BY_SUBJECT, CREATE, CHANGE, DELETE, LIST, ERASE];

#[async_trait]
impl Accounts for SqliteStore {
    async fn by_username(
        &self,
        tenant: &TenantId,
        canonical: &str,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        Ok(self.engine.row(BY_NAME, [tenant.column(), canonical.column()]).await?.map(Arc::new))
    }

    async fn by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        Ok(self.engine.row(BY_SUBJECT, [tenant.column(), subject.column()]).await?.map(Arc::new))
    }

    async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
        let (subject, name) = (account.subject.column(), account.username.column());
        let values = [tenant.column(), subject, name, first(account.version)?, text(&account)?];
        self.engine.execute(CREATE, values).await.map(created)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        account: Account,
        from: Version,
    ) -> Result<AccountChange, StoreError> {
        let (Some(next), Some(from)) = (version(account.version), version(from)) else {
            return Ok(AccountChange::Lost);
        };
        let (subject, name) = (account.subject.column(), account.username.column());
        let values = [tenant.column(), subject, name, next.into(), text(&account)?, from.into()];
        let changed = self.engine.write(move |db| {
            match db.prepare_cached(CHANGE)?.execute(params_from_iter(&values)) {
                Ok(1) => Ok(AccountChange::Written),
                Ok(_) => Ok(AccountChange::Lost),
                // The one rule that a change can break: the subject stays.
                Err(cause) if is_of_a_constraint(&cause) => Ok(AccountChange::Taken),
                Err(cause) => Err(cause),
            }
        });
        changed.await
    }

    async fn delete(&self, tenant: &TenantId, subject: &Subject) -> Result<(), StoreError> {
        self.engine.execute(DELETE, [tenant.column(), subject.column()]).await.map(drop)
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&Subject>,
        most: usize,
    ) -> Result<Vec<Arc<Account>>, StoreError> {
        self.engine.shared(LIST, [tenant.column(), after_text(after), limit(most)]).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        erase(&self.engine, ERASE, tenant).await
    }
}

fn is_of_a_constraint(cause: &rusqlite::Error) -> bool {
    cause.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
