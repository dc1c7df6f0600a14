//! Users of the built-in directory.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Admin, NewUser};
use crate::error::AdminError;
use crate::ports::Create;
use crate::types::{Account, ClientId, Subject, TenantId, Username, limits};

impl Admin {
    /// Creates a user. The subject is drawn, so that a later user of the same name is another.
    ///
    /// # Errors
    /// When there is no such tenant, the name is taken in any spelling or has no canonical form,
    /// the password is empty or too long, or users come from the host.
    pub async fn create_user(
        &self,
        tenant: &TenantId,
        new: NewUser,
    ) -> Result<Arc<Account>, AdminError> {
        let hashing = self.hashing.as_ref().ok_or(AdminError::ForeignUsers)?;
        self.demand_tenant(tenant).await?;
        let username: Username = new.username.parse()?;
        let canonical = username.canonical().ok_or(AdminError::UsernameForm)?;
        let password = new.password.expose().as_bytes();
        if !(1..=limits::PASSWORD).contains(&password.len()) {
            return Err(AdminError::Password);
        }
        let subject: Subject = URL_SAFE_NO_PAD.encode(self.ports.entropy.bytes::<16>()?).parse()?;
        // TK-24: a user and a client of one name would be one `sub`.
        let twin: ClientId = subject.as_str().parse()?;
        if self.stores.clients.read(tenant, &twin).await?.is_some() {
            return Err(AdminError::SubjectClash);
        }
        let hash = hashing.hash(password, self.ports.entropy.bytes::<16>()?).await?;
        let mut account = Account::new(subject, canonical.into(), hash.into());
        account.disabled = new.disabled;
        let (accounts, id, row) = (self.stores.accounts.clone(), tenant.clone(), account.clone());
        match self.tasks.complete(async move { accounts.create(&id, row).await }).await?? {
            Create::Created => Ok(Arc::new(account)),
            Create::Conflict => Err(AdminError::Exists("a user")),
        }
    }

    /// The user of this name, in any spelling.
    ///
    /// # Errors
    /// When the name is not well-formed, the store does not answer, or users come from the host.
    pub async fn user(
        &self,
        tenant: &TenantId,
        username: &str,
    ) -> Result<Option<Arc<Account>>, AdminError> {
        if self.hashing.is_none() {
            return Err(AdminError::ForeignUsers);
        }
        let username: Username = username.parse()?;
        let canonical = username.canonical().ok_or(AdminError::UsernameForm)?;
        Ok(self.stores.accounts.by_username(tenant, canonical).await?)
    }
}
