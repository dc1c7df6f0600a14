//! Users of the built-in directory.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::new_user::Proof;
use super::{About, Admin, NewUser};
use crate::error::AdminError;
use crate::passwords::{self, HashingPool};
use crate::ports::{Create, Deed};
use crate::types::{Account, ClientId, Password, Subject, TenantId, Username, Whose, limits};

impl Admin {
    /// Creates a user. The subject is drawn, so that a later user of the same name is another.
    ///
    /// # Errors
    /// When there is no such tenant, the name is taken in any spelling or has no canonical form,
    /// the password is empty or too long, the hash is none that this server obeys, a claim cannot be
    /// said, or users come from the host.
    pub async fn create_user(
        &self,
        tenant: &TenantId,
        new: NewUser,
    ) -> Result<Arc<Account>, AdminError> {
        let hashing = self.demand_directory()?;
        self.demand_tenant(tenant).await?;
        let username: Username = new.username.parse()?;
        let canonical = username.canonical().ok_or(AdminError::UsernameForm)?;
        let subject: Subject = URL_SAFE_NO_PAD.encode(self.ports.entropy.bytes::<16>()?).parse()?;
        // TK-24: a user and a client of one name would be one `sub`.
        let twin: ClientId = subject.as_str().parse()?;
        if self.stores.clients.read(tenant, &twin).await?.is_some() {
            return Err(AdminError::SubjectClash);
        }
        let hash = match new.proof {
            Proof::Password(password) => self.hash(hashing, &password).await?,
            Proof::Hash(phc) => {
                passwords::check(&phc).map_err(AdminError::PasswordHash)?;
                phc
            }
        };
        let mut account = Account::new(subject, canonical.into(), hash);
        account.disabled = new.disabled;
        account.claims = Some(new.claims?).filter(|claims| !claims.is_empty()).map(Box::new);
        let (admin, id) = (self.clone(), tenant.clone());
        self.complete(async move {
            match admin.stores.accounts.create(&id, account.clone()).await? {
                Create::Created => {
                    admin.done(&id, Deed::UserCreated, About::User(&account.subject));
                    Ok(Arc::new(account))
                }
                Create::Conflict => Err(AdminError::Exists("a user")),
            }
        })
        .await
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
        self.demand_directory()?;
        let username: Username = username.parse()?;
        let canonical = username.canonical().ok_or(AdminError::UsernameForm)?;
        Ok(self.stores.accounts.by_username(tenant, canonical).await?)
    }

    /// The user that tokens name so.
    ///
    /// # Errors
    /// When the store does not answer, or users come from the host.
    pub async fn user_by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, AdminError> {
        self.demand_directory()?;
        Ok(self.stores.accounts.by_subject(tenant, subject).await?)
    }

    /// Up to [`Admin::PAGE`] users of a tenant in the order of their subjects, after that one.
    ///
    /// # Errors
    /// When there is no such tenant, the store does not answer, or users come from the host.
    pub async fn users(
        &self,
        tenant: &TenantId,
        after: Option<&Subject>,
    ) -> Result<Vec<Arc<Account>>, AdminError> {
        self.demand_directory()?;
        self.demand_tenant(tenant).await?;
        Ok(self.stores.accounts.list(tenant, after, Self::PAGE).await?)
    }

    /// Gives a user another name to sign in by. Who they are, and what they were granted, stays.
    ///
    /// # Errors
    /// When there is no such user, the name is taken in any spelling or has no canonical form, or
    /// users come from the host.
    pub async fn rename_user(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        username: &str,
    ) -> Result<Arc<Account>, AdminError> {
        let username: Username = username.parse()?;
        let name: Box<str> = username.canonical().ok_or(AdminError::UsernameForm)?.into();
        let rename = move |account: &mut Account| {
            account.username = name.clone();
            Ok(())
        };
        let (admin, tenant, subject) = (self.clone(), tenant.clone(), subject.clone());
        self.complete(async move {
            let deed = Some(Deed::UserRenamed);
            Ok(admin.rewrite_account(&tenant, &subject, deed, rename).await?.0)
        })
        .await
    }

    /// Gives a user another password. Every grant and session that was authenticated by the old one is
    /// dead. Returns how many grants ended.
    ///
    /// # Errors
    /// When there is no such user, the password is empty or too long, or users come from the host;
    /// [`AdminError::SignIn`] where passwords are hashed at capacity.
    pub async fn change_password(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        password: &Password,
    ) -> Result<u64, AdminError> {
        let hash = self.hash(self.demand_directory()?, password).await?;
        let from = self.only_later();
        let change = move |account: &mut Account| {
            account.password = hash.clone();
            account.not_before = account.not_before.max(from);
            Ok(())
        };
        self.stop_user(tenant, subject, Deed::PasswordChanged, change).await
    }

    /// Stops a user: they cannot sign in, and everything that they were granted before is dead, also
    /// after they are enabled again, and so are their sessions. Returns how many grants ended.
    ///
    /// # Errors
    /// When there is no such user, the store does not answer, or users come from the host.
    pub async fn disable_user(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<u64, AdminError> {
        let from = self.only_later();
        let stop = move |account: &mut Account| {
            if !account.disabled {
                account.not_before = account.not_before.max(from);
            }
            account.disabled = true;
            Ok(())
        };
        self.stop_user(tenant, subject, Deed::UserDisabled, stop).await
    }

    /// Lets a disabled user sign in again.
    ///
    /// # Errors
    /// When there is no such user, the store does not answer, or users come from the host.
    pub async fn enable_user(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<(), AdminError> {
        let (admin, tenant, subject) = (self.clone(), tenant.clone(), subject.clone());
        self.complete(async move {
            let start = |account: &mut Account| {
                account.disabled = false;
                Ok(())
            };
            admin.rewrite_account(&tenant, &subject, Some(Deed::UserEnabled), start).await?;
            Ok(())
        })
        .await
    }

    /// Deletes a user, with their sessions and what they allowed, and ends their grants. A later user of the same name is another.
    ///
    /// # Errors
    /// When there is no such user, the store does not answer, or users come from the host.
    pub async fn delete_user(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<(), AdminError> {
        let (admin, tenant, subject) = (self.clone(), tenant.clone(), subject.clone());
        self.complete(async move {
            // What is under way meets a disabled user first, then none.
            admin.disable_user(&tenant, &subject).await?;
            admin.forget_consents(&tenant, &subject).await?;
            admin.stores.accounts.delete(&tenant, &subject).await?;
            admin.done(&tenant, Deed::UserDeleted, About::User(&subject));
            Ok(())
        })
        .await
    }

    /// Changes the row, and ends what was granted before.
    async fn stop_user(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        deed: Deed,
        change: impl Fn(&mut Account) -> Result<(), AdminError> + Send + 'static,
    ) -> Result<u64, AdminError> {
        let (admin, tenant, subject) = (self.clone(), tenant.clone(), subject.clone());
        self.complete(async move {
            if admin.rewrite_account(&tenant, &subject, Some(deed), change).await?.1 {
                admin.outdate_account(&tenant, &subject).await?;
            }
            // None of them counts any more: the rows are only in the way.
            admin.forget_sessions(&tenant, &subject).await?;
            admin.end(&tenant, Whose::Subject(subject)).await
        })
        .await
    }

    fn demand_directory(&self) -> Result<&HashingPool, AdminError> {
        self.hashing.as_ref().ok_or(AdminError::ForeignUsers)
    }

    async fn hash(&self, pool: &HashingPool, password: &Password) -> Result<Box<str>, AdminError> {
        let password = password.expose().as_bytes();
        if !(1..=limits::PASSWORD).contains(&password.len()) {
            return Err(AdminError::Password);
        }
        Ok(pool.hash(password, self.ports.entropy.bytes::<16>()?).await?.into())
    }
}
