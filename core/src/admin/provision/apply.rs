//! Makes the stores hold what a file describes.

use std::fmt;

use super::{ClientPlan, FirstPassword, Provision, TenantPlan, UserPlan};
use crate::admin::{Admin, NewClient, NewUser};
use crate::error::AdminError;
use crate::types::{AssertionKeys, Client, ClientKind, TenantId};

/// What applying a file has done, in tenants, clients and users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Provisioned {
    /// How many were missing.
    pub created: usize,
    /// How many were not as the file says.
    pub changed: usize,
    /// How many were.
    pub unchanged: usize,
}

enum Outcome {
    Created,
    Changed,
    Unchanged,
}

impl Admin {
    /// Creates what is missing, changes what differs from the file and leaves what is equal, so
    /// that to apply a file again changes nothing. What the file does not name is left alone.
    ///
    /// A tenant's policy, and a client with its secrets, come to be what the file says. A user's
    /// password and claims are their first ones, and are not looked at once there is such a user. With the cargo
    /// feature `provision`.
    ///
    /// # Errors
    /// [`AdminError::Provision`], which names the tenant, client or user. What was applied before
    /// it stays; apply the file again when the cause is gone.
    pub async fn provision(&self, file: &Provision) -> Result<Provisioned, AdminError> {
        self.demand_no_foreign_users(file)?;
        let (admin, tenants) = (self.clone(), file.tenants.clone());
        self.complete(async move { Box::pin(admin.provide(&tenants)).await }).await
    }

    async fn provide(&self, tenants: &[TenantPlan]) -> Result<Provisioned, AdminError> {
        let mut done = Provisioned::default();
        for tenant in tenants {
            let at = format!("tenants.{}", tenant.id);
            done.count(self.provide_tenant(tenant).await, || at.clone())?;
            for client in &tenant.clients {
                let outcome = self.provide_client(&tenant.id, client).await;
                done.count(outcome, || format!("{at}.clients.{}", client.client.id))?;
            }
            for user in &tenant.users {
                let outcome = self.provide_user(&tenant.id, user).await;
                done.count(outcome, || format!("{at}.users.{}", user.username))?;
            }
        }
        Ok(done)
    }

    /// Known before anything is written: there is nowhere to put users.
    fn demand_no_foreign_users(&self, file: &Provision) -> Result<(), AdminError> {
        let named = |tenant: &TenantPlan| {
            let user = tenant.users.first()?;
            Some(format!("tenants.{}.users.{}", tenant.id, user.username))
        };
        match file.tenants.iter().find_map(named).filter(|_| self.hashing.is_none()) {
            Some(at) => Err(AdminError::Provision { at, why: Box::new(AdminError::ForeignUsers) }),
            None => Ok(()),
        }
    }

    async fn provide_tenant(&self, plan: &TenantPlan) -> Result<Outcome, AdminError> {
        let (found, created) = match self.tenant(&plan.id).await? {
            Some(found) => (found, false),
            None => match self.create_tenant(plan.id.as_str(), plan.policy.clone()).await {
                Ok(created) => (created, true),
                // Another process applies the same file.
                Err(AdminError::Exists(_)) => (self.demand_tenant(&plan.id).await?, false),
                Err(error) => return Err(error),
            },
        };
        let differs = found.policy != plan.policy;
        if differs {
            self.change_tenant(&plan.id, |policy| *policy = plan.policy.clone()).await?;
        }
        let turned = plan.disabled.filter(|disabled| *disabled != found.disabled);
        match turned {
            Some(true) => drop(self.disable_tenant(&plan.id).await?),
            Some(false) => self.enable_tenant(&plan.id).await?,
            None => {}
        }
        Ok(Outcome::of(created, differs || turned.is_some()))
    }

    async fn provide_client(
        &self,
        tenant: &TenantId,
        plan: &ClientPlan,
    ) -> Result<Outcome, AdminError> {
        let id = &plan.client.id;
        let (found, created) = match self.client(tenant, id).await? {
            Some(found) => (found, false),
            None => match self.create_client(tenant, plan.new_client()).await {
                Ok(created) => (created.client, true),
                Err(AdminError::Exists(_)) => {
                    (self.client(tenant, id).await?.ok_or(AdminError::UnknownClient)?, false)
                }
                Err(error) => return Err(error),
            },
        };
        let mut wanted = Client::clone(&found);
        plan.write(&mut wanted);
        let differs = wanted != *found;
        if differs {
            self.change_client(tenant, id, |client| plan.write(client)).await?;
        }
        let turned = plan.disabled.filter(|disabled| *disabled != found.disabled);
        match turned {
            Some(true) => drop(self.disable_client(tenant, id).await?),
            Some(false) => self.enable_client(tenant, id).await?,
            None => {}
        }
        Ok(Outcome::of(created, differs || turned.is_some()))
    }

    async fn provide_user(
        &self,
        tenant: &TenantId,
        plan: &UserPlan,
    ) -> Result<Outcome, AdminError> {
        let (found, created) = match self.user(tenant, &plan.username).await? {
            Some(found) => (found, false),
            None => match self.create_user(tenant, plan.new_user()).await {
                Ok(created) => (created, true),
                Err(AdminError::Exists(_)) => {
                    let found = self.user(tenant, &plan.username).await?;
                    (found.ok_or(AdminError::UnknownUser)?, false)
                }
                Err(error) => return Err(error),
            },
        };
        let turned = plan.disabled.filter(|disabled| *disabled != found.disabled);
        match turned {
            Some(true) => drop(self.disable_user(tenant, &found.subject).await?),
            Some(false) => self.enable_user(tenant, &found.subject).await?,
            None => {}
        }
        Ok(Outcome::of(created, turned.is_some()))
    }
}

impl Provisioned {
    fn count(
        &mut self,
        outcome: Result<Outcome, AdminError>,
        at: impl FnOnce() -> String,
    ) -> Result<(), AdminError> {
        match outcome {
            Ok(Outcome::Created) => self.created += 1,
            Ok(Outcome::Changed) => self.changed += 1,
            Ok(Outcome::Unchanged) => self.unchanged += 1,
            Err(why) => return Err(AdminError::Provision { at: at(), why: Box::new(why) }),
        }
        Ok(())
    }
}

impl fmt::Display for Provisioned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { created, changed, unchanged } = self;
        write!(f, "{created} created, {changed} changed, {unchanged} unchanged")
    }
}

impl Outcome {
    fn of(created: bool, changed: bool) -> Self {
        match (created, changed) {
            (true, _) => Self::Created,
            (false, true) => Self::Changed,
            (false, false) => Self::Unchanged,
        }
    }
}

impl ClientPlan {
    fn new_client(&self) -> NewClient {
        let client = &self.client;
        let mut new = match &client.kind {
            ClientKind::Public => NewClient::public(client.id.as_str()),
            ClientKind::Confidential { methods, secrets } => {
                NewClient::confidential(client.id.as_str())
                    .auth_methods(methods.iter())
                    .secret_hashes(secrets.iter().cloned())
            }
        };
        if let Some(assertions) = &client.assertions {
            new = match &assertions.keys {
                AssertionKeys::Held(keys) => new.jwks(keys.to_string()),
                AssertionKeys::At(url) => new.jwks_uri(url.as_str()),
            };
            new = new.assertion_audience(assertions.audience);
        }
        if let Some(scope) = &client.default_scope {
            new = new.default_scope(scope.as_str());
        }
        if let Some(audience) = &client.audience {
            new = new.audience(audience.clone());
        }
        new.browser = client.browser.as_deref().map(|browser| Box::new(browser.into()));
        new.grants(client.grants.iter())
            .scope(client.scope.as_str())
            .introspects(client.introspects.iter().cloned())
            .dpop_bound_access_tokens(client.dpop_bound_access_tokens)
            .disabled(self.disabled.unwrap_or(false))
    }

    /// Everything that the file decides.
    fn write(&self, client: &mut Client) {
        *client = Client {
            // What only the store knows.
            version: client.version,
            disabled: client.disabled,
            not_before: client.not_before,
            registered: client.registered.clone(),
            ..self.client.clone()
        };
    }
}

impl UserPlan {
    fn new_user(&self) -> NewUser {
        let new = match &self.password {
            FirstPassword::Plain(password) => NewUser::new(&*self.username, password.clone()),
            FirstPassword::Hashed(phc) => NewUser::hashed(&*self.username, phc),
        };
        new.claims(self.claims.clone()).disabled(self.disabled.unwrap_or(false))
    }
}
