//! Secrets of clients: two at a time, so that one can take the other's place without a pause.

use std::slice;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Admin;
use crate::error::AdminError;
use crate::ports::Deed;
use crate::types::{
    Client, ClientId, ClientKind, ClientSecret, InvalidClient, Policy, SecretHash, TenantId,
};

/// Which of a client's two secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretAge {
    /// The one that was there before.
    Older,
    /// The one that was added last.
    Newer,
}

impl Admin {
    /// Generates a second secret for a confidential client. Both are valid until one is removed:
    /// give the new one to the application, then remove the older.
    ///
    /// # Errors
    /// When there is no such client, it is public, or has two secrets already.
    pub async fn add_client_secret(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<ClientSecret, AdminError> {
        let secret = self.new_secret()?;
        let hash = SecretHash::of(&secret);
        let add = move |client: &mut Client, policy: &Policy| {
            let secrets = secrets(client)?;
            *secrets = [&**secrets, slice::from_ref(&hash)].concat().into();
            Ok(client.check(policy)?)
        };
        let (admin, tenant, id) = (self.clone(), tenant.clone(), id.clone());
        self.complete(async move {
            admin.rewrite_client(&tenant, &id, Some(Deed::SecretAdded), add).await?;
            Ok(())
        })
        .await?;
        Ok(secret)
    }

    /// Removes one of a client's two secrets. Tokens that were got with it stay valid; where it was
    /// stolen, end the client's grants as well ([`Admin::end_grants`]).
    ///
    /// # Errors
    /// When there is no such client, it is public, or has only one secret.
    pub async fn remove_client_secret(
        &self,
        tenant: &TenantId,
        id: &ClientId,
        which: SecretAge,
    ) -> Result<(), AdminError> {
        let remove = move |client: &mut Client, _: &Policy| {
            let secrets = secrets(client)?;
            if secrets.len() < 2 {
                let rule = "of a confidential client are one or two: add one before the last goes";
                return Err(InvalidClient { field: "secrets", rule }.into());
            }
            *secrets = match which {
                SecretAge::Older => secrets.iter().skip(1).cloned().collect(),
                SecretAge::Newer => secrets.iter().take(secrets.len() - 1).cloned().collect(),
            };
            Ok(())
        };
        let (admin, tenant, id) = (self.clone(), tenant.clone(), id.clone());
        self.complete(async move {
            admin.rewrite_client(&tenant, &id, Some(Deed::SecretRemoved), remove).await?;
            Ok(())
        })
        .await
    }

    /// 256 bits, in letters that read the same raw and form-decoded.
    pub(super) fn new_secret(&self) -> Result<ClientSecret, AdminError> {
        let chance = URL_SAFE_NO_PAD.encode(self.ports.entropy.bytes::<32>()?);
        Ok(ClientSecret::new(format!("grt_cs_{chance}")))
    }
}

fn secrets(client: &mut Client) -> Result<&mut Box<[SecretHash]>, AdminError> {
    match &mut client.kind {
        ClientKind::Confidential { secrets, .. } => Ok(secrets),
        ClientKind::Public => {
            let rule = "are for confidential clients: a public one proves nothing by them";
            Err(InvalidClient { field: "secrets", rule }.into())
        }
    }
}
