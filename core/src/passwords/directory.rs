//! The built-in user directory.

use std::sync::Arc;

use async_trait::async_trait;

use super::HashingPool;
use crate::ports::{Accounts, SignIn, SignInError, StoreError, Users};
use crate::types::{Password, Standing, Subject, TenantId, Username};

/// Users kept in [`Accounts`], with argon2id hashes.
#[derive(Debug)]
pub struct Directory {
    accounts: Arc<dyn Accounts>,
    pool: HashingPool,
}

impl Directory {
    /// A directory over these rows.
    pub fn new(accounts: Arc<dyn Accounts>, pool: HashingPool) -> Self {
        Self { accounts, pool }
    }
}

#[async_trait]
impl Users for Directory {
    async fn authenticate(
        &self,
        tenant: &TenantId,
        username: &Username,
        password: &Password,
    ) -> Result<SignIn, SignInError> {
        // LG-02: one path. A name without a canonical form is looked up as one that nobody has.
        let canonical = username.canonical().unwrap_or_default();
        let account = self.accounts.by_username(tenant, canonical).await?;
        let stored = account.as_ref().map(|account| Arc::from(&*account.password));
        let right = self.pool.verify(password.expose().as_bytes(), stored).await?;
        let account = account.filter(|account| right & !account.disabled);
        Ok(account.map_or(SignIn::Refused, |account| SignIn::Accepted(account.subject.clone())))
    }

    async fn standing(&self, tenant: &TenantId, subject: &Subject) -> Result<Standing, StoreError> {
        let account = self.accounts.by_subject(tenant, subject).await?;
        Ok(account.map_or(Standing::Gone, |account| account.standing()))
    }
}
