//! Clients.

use std::sync::Arc;

use super::{About, Admin, NewClient, RegisteredClient};
use crate::error::AdminError;
use crate::ports::{Create, Deed};
use crate::types::{
    AssertionKeys, Client, ClientAssertions, ClientAuthMethod, ClientId, ClientKind, ClientSecret,
    InvalidClient, Policy, Scope, SecretHash, Standing, Subject, TenantId, Version, Whose,
};

impl Admin {
    /// Registers a client, with a generated secret if it is confidential.
    ///
    /// # Errors
    /// When there is no such tenant, the id is not well-formed, reserved or taken, or the fields do
    /// not agree.
    pub async fn create_client(
        &self,
        tenant: &TenantId,
        new: NewClient,
    ) -> Result<RegisteredClient, AdminError> {
        let policy = &self.demand_tenant(tenant).await?.policy;
        let (client, secret) = self.client_of(policy, new)?;
        // TK-24: a user and a client of one name would be one `sub`.
        let subject: Subject = client.id.as_str().parse()?;
        if self.ports.users.standing(tenant, &subject).await? != Standing::Gone {
            return Err(AdminError::SubjectClash);
        }
        let (admin, id) = (self.clone(), tenant.clone());
        self.complete(async move {
            admin.ensure_subjects(&id, &client).await?;
            match admin.stores.clients.create(&id, client.clone()).await? {
                Create::Created => {
                    admin.done(&id, Deed::ClientCreated, About::Client(&client.id));
                    Ok(RegisteredClient { client: Arc::new(client), secret })
                }
                Create::Conflict => Err(AdminError::Exists("a client")),
            }
        })
        .await
    }

    /// The client of this id.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, AdminError> {
        Ok(self.stores.clients.read(tenant, id).await?)
    }

    /// Up to [`Admin::PAGE`] clients of a tenant in the order of their ids, after that one.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn clients(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
    ) -> Result<Vec<Arc<Client>>, AdminError> {
        self.demand_tenant(tenant).await?;
        Ok(self.stores.clients.list(tenant, after, Self::PAGE).await?)
    }

    /// Changes a client; it is checked as a whole, against the tenant's policy of now. Where
    /// somebody else changes the client at the same moment, `change` is called again with what they
    /// made of it. What it may not change is refused: the id stays, and a client is disabled by
    /// [`Admin::disable_client`], which also ends its grants.
    ///
    /// # Errors
    /// When there is no such client, or its fields do not agree then; nothing changes.
    pub async fn change_client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
        change: impl Fn(&mut Client) + Send + Sync,
    ) -> Result<Arc<Client>, AdminError> {
        let change = |client: &mut Client, policy: &Policy| {
            let old = client.clone();
            change(client);
            if client.id != old.id {
                return Err(InvalidClient { field: "id", rule: "stays what it is" }.into());
            }
            if (client.disabled, client.not_before) != (old.disabled, old.not_before) {
                let rule = "is changed by disable_client and enable_client";
                return Err(InvalidClient { field: "disabled", rule }.into());
            }
            client.version = old.version;
            // Every field, also where nothing seems to have changed: the policy may have.
            Ok(client.check(policy)?)
        };
        Ok(self.rewrite_client(tenant, id, Some(Deed::ClientChanged), change).await?.0)
    }

    /// Stops a client: it gets no tokens, and every grant and token that it got before is dead, also
    /// after it is enabled again. Returns how many grants ended.
    ///
    /// # Errors
    /// When there is no such client, or the store does not answer.
    pub async fn disable_client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<u64, AdminError> {
        let (admin, tenant, id) = (self.clone(), tenant.clone(), id.clone());
        self.complete(async move {
            let from = admin.only_later();
            let stop = |client: &mut Client, _: &Policy| {
                if !client.disabled {
                    client.not_before = client.not_before.max(from);
                }
                client.disabled = true;
                Ok(())
            };
            if admin.rewrite_client(&tenant, &id, Some(Deed::ClientDisabled), stop).await?.1 {
                admin.outdate_client(&tenant, &id).await?;
            }
            admin.end(&tenant, Whose::Client(id)).await
        })
        .await
    }

    /// Lets a disabled client get tokens again.
    ///
    /// # Errors
    /// When there is no such client, its fields no longer agree with the tenant's policy, or the
    /// store does not answer.
    pub async fn enable_client(&self, tenant: &TenantId, id: &ClientId) -> Result<(), AdminError> {
        let (admin, tenant, id) = (self.clone(), tenant.clone(), id.clone());
        self.complete(async move {
            let now = admin.now();
            let start = |client: &mut Client, policy: &Policy| {
                // A node that had not heard of it yet may have issued something since it was stopped.
                if client.disabled {
                    client.not_before = client.not_before.max(now);
                }
                client.disabled = false;
                Ok(client.check(policy)?)
            };
            admin.rewrite_client(&tenant, &id, Some(Deed::ClientEnabled), start).await?;
            Ok(())
        })
        .await
    }

    /// Deletes a client and ends its grants. A later client of the same id has none of them.
    ///
    /// # Errors
    /// When there is no such client, or the store does not answer.
    pub async fn delete_client(&self, tenant: &TenantId, id: &ClientId) -> Result<(), AdminError> {
        let (admin, tenant, id) = (self.clone(), tenant.clone(), id.clone());
        self.complete(async move {
            // What is under way meets a disabled client first, then none.
            Box::pin(admin.disable_client(&tenant, &id)).await?;
            admin.stores.clients.delete(&tenant, &id).await?;
            admin.done(&tenant, Deed::ClientDeleted, About::Client(&id));
            Ok(())
        })
        .await
    }

    fn client_of(
        &self,
        policy: &Policy,
        new: NewClient,
    ) -> Result<(Client, Option<ClientSecret>), AdminError> {
        let (mut shown, id) = (None, new.id.parse()?);
        let kind = match (new.methods, new.secrets) {
            (None, _) => ClientKind::Public,
            (Some(methods), Some(secrets)) => ClientKind::Confidential { methods, secrets },
            (Some(methods), None) if !methods.iter().any(ClientAuthMethod::shows_a_secret) => {
                ClientKind::Confidential { methods, secrets: Box::default() }
            }
            (Some(methods), None) => {
                let secret = shown.insert(self.new_secret()?);
                let secrets = [SecretHash::of(secret)].into();
                ClientKind::Confidential { methods, secrets }
            }
        };
        let mut client = Client::new(id, kind);
        // Not from the start: a write that was meant for a deleted client of this id must not fit.
        let begin = u64::from_be_bytes(self.ports.entropy.bytes()?);
        client.version = Version(begin >> 2);
        client.scope = new.scope.parse()?;
        client.default_scope = new.default_scope.map(|scope| scope.parse::<Scope>()).transpose()?;
        client.grants = new.grants;
        client.audience = new.audience;
        client.introspects = new.introspects;
        client.dpop_bound_access_tokens = new.dpop_bound_access_tokens;
        client.disabled = new.disabled;
        if let Some(keys) = keys_of(new.jwks, new.jwks_uri)? {
            let mut assertions = ClientAssertions::new(keys);
            assertions.audience = new.assertion_audience;
            client.assertions = Some(Box::new(assertions));
        }
        client.browser = new.browser.map(|browser| browser.read()).transpose()?.map(Box::new);
        // What a deleted client of this id got is not this one's.
        client.not_before = self.now();
        client.check(policy)?;
        Ok((client, shown))
    }
}

fn keys_of(
    jwks: Option<String>,
    jwks_uri: Option<String>,
) -> Result<Option<AssertionKeys>, AdminError> {
    match (jwks, jwks_uri) {
        (None, None) => Ok(None),
        (Some(jwks), None) => Ok(Some(AssertionKeys::Held(jwks.parse()?))),
        (None, Some(url)) => Ok(Some(AssertionKeys::At(url.parse()?))),
        // RFC 7591 §2: "The jwks_uri and jwks parameters MUST NOT both be present".
        (Some(_), Some(_)) => {
            let rule = "and jwks_uri are not there together";
            Err(InvalidClient { field: "jwks", rule }.into())
        }
    }
}
