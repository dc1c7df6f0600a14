//! Users. A unique index keeps their names apart.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    ports::{AccountChange, Accounts, Create, StoreError},
    types::{Account, Subject, TenantId, Version},
};

use super::{SOME, all, created, first};
use crate::{
    PostgresStore,
    values::{limit, new_version, version},
};

const BY_USERNAME: &str = "SELECT body FROM accounts WHERE tenant = $1 AND username = $2";
const BY_SUBJECT: &str = "SELECT body FROM accounts WHERE tenant = $1 AND subject = $2";
const CREATE: &str = "INSERT INTO accounts (tenant, subject, username, version, body) \
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
const CHANGE: &str = "UPDATE accounts SET username = $3, version = $4, body = $5 \
     WHERE tenant = $1 AND subject = $2 AND version = $6";
const DELETE: &str = "DELETE FROM accounts WHERE tenant = $1 AND subject = $2";
const LIST: &str = "SELECT body FROM accounts WHERE tenant = $1 AND subject > $2 \
     ORDER BY subject LIMIT $3";
const ERASE: &str = "DELETE FROM accounts WHERE tenant = $1 AND subject IN \
     (SELECT subject FROM accounts WHERE tenant = $1 ORDER BY subject LIMIT $2)";

#[async_trait]
impl Accounts for PostgresStore {
    async fn by_username(
        &self,
        tenant: &TenantId,
        canonical: &str,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        // TK-20: no text of PostgreSQL holds it, so nobody has such a name.
        if canonical.contains('\0') {
            return Ok(None);
        }
        let rows = self.calls().read(BY_USERNAME, &[&tenant.as_str(), &canonical]).await?;
        Ok(first(&rows)?.map(Arc::new))
    }

    async fn by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        let rows = self.calls().read(BY_SUBJECT, &[&tenant.as_str(), &subject.as_str()]).await?;
        Ok(first(&rows)?.map(Arc::new))
    }

    async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
        let (version, body) = (new_version(account.version)?, grantry_rows::write(&account)?);
        let (tenant, subject) = (tenant.as_str(), account.subject.as_str());
        let name = &*account.username;
        let rows = self.calls().count(CREATE, &[&tenant, &subject, &name, &version, &body]).await?;
        Ok(created(rows))
    }

    async fn change(
        &self,
        tenant: &TenantId,
        account: Account,
        from: Version,
    ) -> Result<AccountChange, StoreError> {
        let Some(from) = version(from) else { return Ok(AccountChange::Lost) };
        let (version, body) = (new_version(account.version)?, grantry_rows::write(&account)?);
        let (tenant, subject) = (tenant.as_str(), account.subject.as_str());
        let name = &*account.username;
        let values: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
            [&tenant, &subject, &name, &version, &body, &from];
        match self.calls().count(CHANGE, &values).await {
            Ok(0) => Ok(AccountChange::Lost),
            Ok(_) => Ok(AccountChange::Written),
            Err(failure) if failure.is_taken() => Ok(AccountChange::Taken),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn delete(&self, tenant: &TenantId, subject: &Subject) -> Result<(), StoreError> {
        self.calls().count(DELETE, &[&tenant.as_str(), &subject.as_str()]).await?;
        Ok(())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&Subject>,
        most: usize,
    ) -> Result<Vec<Arc<Account>>, StoreError> {
        let after = after.map_or("", Subject::as_str);
        all(&self.calls().read(LIST, &[&tenant.as_str(), &after, &limit(most)]).await?)
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let (store, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            while store.calls().count(ERASE, &[&tenant.as_str(), &SOME]).await? > 0 {}
            Ok(())
        })
        .await
    }
}
