//! Clients.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Admin, NewClient, RegisteredClient};
use crate::error::AdminError;
use crate::ports::Create;
use crate::types::{
    Client, ClientId, ClientKind, ClientSecret, GrantType, Scope, SecretHash, Standing, Subject,
    TenantId,
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
        self.demand_tenant(tenant).await?;
        let (client, secret) = self.client_of(new)?;
        // TK-24: a user and a client of one name would be one `sub`.
        let subject: Subject = client.id.as_str().parse()?;
        if self.ports.users.standing(tenant, &subject).await? != Standing::Gone {
            return Err(AdminError::SubjectClash);
        }
        let (clients, id, row) = (self.stores.clients.clone(), tenant.clone(), client.clone());
        match self.tasks.complete(async move { clients.create(&id, row).await }).await?? {
            Create::Created => Ok(RegisteredClient { client: Arc::new(client), secret }),
            Create::Conflict => Err(AdminError::Exists("a client")),
        }
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

    fn client_of(&self, new: NewClient) -> Result<(Client, Option<ClientSecret>), AdminError> {
        let id: ClientId = new.id.parse()?;
        if id.is_reserved() {
            return Err(AdminError::ReservedClientId);
        }
        let (kind, secret) = match new.methods {
            None if new.grants.contains(&GrantType::ClientCredentials) => {
                return Err(AdminError::NotForPublic(GrantType::ClientCredentials));
            }
            None => (ClientKind::Public, None),
            Some(methods) => {
                let secret = self.secret()?;
                let secrets = vec![SecretHash::of(&secret)];
                (ClientKind::Confidential { methods, secrets }, Some(secret))
            }
        };
        let mut client = Client::new(id, kind);
        client.scope = new.scope.parse()?;
        client.default_scope = new.default_scope.map(|scope| scope.parse::<Scope>()).transpose()?;
        if client.default_scope.as_ref().is_some_and(|scope| !scope.within(&client.scope)) {
            return Err(AdminError::DefaultScope);
        }
        client.grants = new.grants;
        client.audience = new.audience;
        client.disabled = new.disabled;
        Ok((client, secret))
    }

    /// 256 bits, in letters that read the same raw and form-decoded.
    fn secret(&self) -> Result<ClientSecret, AdminError> {
        let chance = URL_SAFE_NO_PAD.encode(self.ports.entropy.bytes::<32>()?);
        Ok(ClientSecret::new(format!("grt_cs_{chance}")))
    }
}
