//! The built-in user directory.

use std::sync::Arc;

use async_trait::async_trait;

use super::{HashingPool, Verdict};
use crate::ports::{Accounts, Entropy, SignIn, SignInError, StoreError, Tasks, Users};
use crate::types::{Account, ClaimSet, Password, Standing, Subject, TenantId, Username};

/// Users kept in [`Accounts`], with argon2id hashes.
#[derive(Debug)]
pub struct Directory {
    accounts: Arc<dyn Accounts>,
    pool: HashingPool,
    entropy: Arc<dyn Entropy>,
    tasks: Tasks,
}

impl Directory {
    /// A directory over these rows.
    pub fn new(
        accounts: Arc<dyn Accounts>,
        pool: HashingPool,
        entropy: Arc<dyn Entropy>,
        tasks: Tasks,
    ) -> Self {
        Self { accounts, pool, entropy, tasks }
    }

    /// Hashes a right password by the parameters of today. Whoever fails here has signed in all the
    /// same, and is hashed anew the next time; somebody who changed the row meanwhile wins.
    async fn rehash(
        &self,
        tenant: &TenantId,
        account: &Account,
        password: &Password,
    ) -> Result<(), SignInError> {
        let salt = self.entropy.bytes::<16>().map_err(StoreError::new)?;
        let hash = self.pool.hash(password.expose().as_bytes(), salt).await?;
        let (accounts, tenant, from) = (self.accounts.clone(), tenant.clone(), account.version);
        let mut account = account.clone();
        account.password = hash.into();
        account.version = from.next();
        let write = async move { accounts.change(&tenant, account, from).await };
        self.tasks.complete(write).await??;
        Ok(())
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
        let verdict = self.pool.verify(password.expose().as_bytes(), stored).await?;
        let right = verdict != Verdict::Wrong;
        let Some(account) = account.filter(|account| right & !account.disabled) else {
            return Ok(SignIn::Refused);
        };
        if verdict == Verdict::Outdated {
            let _ = self.rehash(tenant, &account, password).await;
        }
        Ok(SignIn::Accepted(account.subject.clone()))
    }

    async fn standing(&self, tenant: &TenantId, subject: &Subject) -> Result<Standing, StoreError> {
        let account = self.accounts.by_subject(tenant, subject).await?;
        Ok(account.map_or(Standing::Gone, |account| account.standing()))
    }

    async fn claims(&self, tenant: &TenantId, subject: &Subject) -> Result<ClaimSet, StoreError> {
        let account = self.accounts.by_subject(tenant, subject).await?;
        let claims = account.and_then(|account| account.claims.clone());
        Ok(claims.map(|claims| *claims).unwrap_or_default())
    }
}
