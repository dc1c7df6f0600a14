//! A second look at rows that are remembered.

use std::{fmt::Debug, pin::pin, sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::timeout;

use super::{Ports, StoreError};
use crate::types::{Client, ClientId, Tenant, TenantId, Version};

/// What is behind rows that are remembered. The core implements it where a store lends
/// [`super::Changes`]; elsewhere nothing is remembered, and each read is of the newest row.
#[async_trait]
pub trait Recollection: Debug + Send + Sync + 'static {
    /// Asked before somebody hears that there is no such tenant: the one that there is by now. Bounded,
    /// since anybody can make up names: beyond the bound it is what is remembered that counts.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn tenant_after_all(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError>;

    /// Asked before a client is refused by its row of version `seen`, or because there was none: the row,
    /// if it is another one by now. Bounded in the same way.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn client_after_all(
        &self,
        tenant: &TenantId,
        id: &ClientId,
        seen: Option<Version>,
    ) -> Result<Option<Arc<Client>>, StoreError>;

    /// Whether the store still has these rows. Asked once something was written that rests on them.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn still_stand(
        &self,
        tenant: &Tenant,
        client: Option<&Client>,
    ) -> Result<bool, StoreError>;

    /// A tenant's row as it was read within the last minutes, for documents that anybody may keep as
    /// long, when the store does not answer.
    fn recall(&self, id: &TenantId) -> Option<Arc<Tenant>>;
}

/// How long a document waits for the store, where it can be made of what is remembered.
const PATIENCE: Duration = Duration::from_millis(500);

/// What is read, or for documents what is remembered, where reading fails or takes longer than half a second.
/// Who reads a document may have less patience than the store has deadlines.
///
/// # Errors
/// When it cannot be read, and nothing is remembered.
pub(crate) async fn or_recall<T>(
    read: impl Future<Output = Result<T, StoreError>>,
    recall: impl FnOnce() -> Option<T>,
) -> Result<T, StoreError> {
    let mut read = pin!(read);
    match timeout(PATIENCE, read.as_mut()).await {
        Ok(Err(error)) => recall().ok_or(error),
        Ok(found) => found,
        Err(_late) => match recall() {
            Some(recalled) => Ok(recalled),
            None => read.await,
        },
    }
}

impl Ports {
    /// The tenant of this name.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn tenant(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        match (self.tenants.read(id).await?, &self.recollection) {
            (None, Some(recollection)) => recollection.tenant_after_all(id).await,
            (found, _) => Ok(found),
        }
    }

    /// The tenant of this name, for a document that anybody may keep for minutes: it is answered also while
    /// the store does not answer, or not soon (F-13).
    ///
    /// # Errors
    /// When the store does not answer, and the row was not read lately.
    pub async fn documented(&self, id: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        let recall = || self.recollection.as_ref().and_then(|memory| memory.recall(id));
        or_recall(self.tenant(id), || recall().map(Some)).await
    }

    /// Judges a client by its row. Who would be refused is judged once more where the store has another
    /// row by now, so that a client, a secret or a redirect URI that another node wrote works at once.
    /// Returns the row that counted, if there was one, and the verdict.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn judge_client<F>(
        &self,
        tenant: &TenantId,
        id: &ClientId,
        judge: impl Fn(Option<&Client>) -> Result<(), F>,
    ) -> Result<(Option<Arc<Client>>, Result<(), F>), StoreError> {
        let found = match self.clients.read(tenant, id).await? {
            None => self.self_described(tenant, id).await?,
            found => found,
        };
        let verdict = judge(found.as_deref());
        let (Err(_), Some(recollection)) = (&verdict, &self.recollection) else {
            return Ok((found, verdict));
        };
        let seen = found.as_ref().map(|client| client.version);
        Ok(match recollection.client_after_all(tenant, id, seen).await? {
            Some(newer) => {
                let verdict = judge(Some(&newer));
                (Some(newer), verdict)
            }
            None => (found, verdict),
        })
    }

    /// The client as the store has it by now, where that is another row than was seen: for whoever would be refused
    /// for what cannot be judged at once.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn newer_client(
        &self,
        tenant: &TenantId,
        seen: &Client,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        match &self.recollection {
            Some(recollection) if !seen.is_documented() => {
                recollection.client_after_all(tenant, &seen.id, Some(seen.version)).await
            }
            _ => Ok(None),
        }
    }

    /// The client that says of itself who it is, if the tenant knows none of this name and wants such clients.
    async fn self_described(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        let Some(documents) = self.documents.as_ref().filter(|_| id.is_document()) else {
            return Ok(None);
        };
        match self.tenants.read(tenant).await? {
            Some(tenant) => documents.client(&tenant, id).await,
            None => Ok(None),
        }
    }

    /// Whether what was just written may rest on rows that are old. A request takes its moment before it
    /// reads, so who reads the newest rows is older than whatever is stopped afterwards; for who reads
    /// what is remembered this makes up.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn rests_on_old_rows(
        &self,
        tenant: &Tenant,
        client: &Client,
    ) -> Result<bool, StoreError> {
        let Some(recollection) = &self.recollection else { return Ok(false) };
        let client =
            Some(client).filter(|client| !client.id.is_reserved() && !client.is_documented());
        Ok(!recollection.still_stand(tenant, client).await?)
    }
}
