//! Clients that are known by a document of their own (draft-ietf-oauth-client-id-metadata-document): fetched when
//! one is named, kept for a while, and read anew each time, within what the tenant allows at that moment.

use std::sync::Arc;

use async_trait::async_trait;

use crate::client_metadata::{Document, read};
use crate::ports::{
    ClientDocuments, Fetch, FetchError, FetchedDocuments, Look, LookError, Registering, Registrar,
    RegistrarVerdict, StoreError, host::HostFault, judge,
};
use crate::types::{Client, ClientId, Policy, RegistrationPolicy, Tenant, TenantId};

/// Fetches and remembers documents.
#[derive(Debug)]
pub struct Documents {
    fetch: Arc<dyn Fetch>,
    /// What the host says of such a client, if it says anything.
    registrar: Option<Arc<dyn Registrar>>,
    /// None of a URL where something else is.
    known: FetchedDocuments<Option<Document>>,
}

impl Documents {
    /// None yet.
    pub fn new(fetch: Arc<dyn Fetch>, registrar: Option<Arc<dyn Registrar>>) -> Self {
        Self { fetch, registrar, known: FetchedDocuments::new() }
    }

    /// Whether the host lets the client be.
    async fn may_be(
        &self,
        tenant: &TenantId,
        client: &Client,
        document: &Document,
    ) -> Result<bool, StoreError> {
        let Some(registrar) = self.registrar.as_deref() else { return Ok(true) };
        let asks = Registering { tenant, client, metadata: document.said() };
        match judge(registrar, &asks).await {
            Ok(verdict) => Ok(verdict == RegistrarVerdict::Welcome),
            Err(HostFault::Unavailable(error)) => Err(error),
            Err(HostFault::Panicked) => Err(StoreError::new("the registrar panicked")),
        }
    }
}

#[async_trait]
impl ClientDocuments for Documents {
    async fn client(
        &self,
        tenant: &Tenant,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        let rules = &tenant.policy;
        let allowed = rules.registration.as_deref().filter(|rules| rules.documents);
        let (Some(allowed), true) = (allowed, id.is_document()) else { return Ok(None) };
        let (fetch, url) = (self.fetch.clone(), id.clone());
        let look = || async move { look(&*fetch, url.as_str()).await };
        let found = self.known.find(id.as_str(), |_| true, look).await?;
        let Some(document) = found.as_deref().and_then(Option::as_ref) else { return Ok(None) };
        let Some(client) = client_of(document, id, allowed, rules) else { return Ok(None) };
        let may = self.may_be(&tenant.id, &client, document).await?;
        Ok(may.then(|| Arc::new(client)))
    }
}

/// What is there may be changed by its owner, but not soon; only a server that does not answer is asked again.
async fn look(fetch: &dyn Fetch, url: &str) -> Look<Option<Document>> {
    match fetch.json(url).await {
        Ok(fetched) => {
            let document = Document::parse(&fetched.body).ok();
            Ok((document.filter(|document| speaks_of(document, url)), fetched.max_age))
        }
        Err(FetchError::Forbidden(_) | FetchError::NotJson | FetchError::TooLarge) => {
            Ok((None, None))
        }
        Err(error) => Err(LookError::Fetch(error)),
    }
}

/// RG-09, §4.1: it names the URL that it was fetched from, letter for letter, and holds no secret, since
/// everybody reads it.
fn speaks_of(document: &Document, url: &str) -> bool {
    let itself = document.text("client_id").is_ok_and(|id| id == Some(url));
    itself && !document.has("client_secret") && !document.has("client_secret_expires_at")
}

/// §4.1: a client that shares no secret. Where it says nothing of how it proves itself, it does not.
fn client_of(
    document: &Document,
    id: &ClientId,
    allowed: &RegistrationPolicy,
    rules: &Policy,
) -> Option<Client> {
    let says_how = document.has("token_endpoint_auth_method");
    let metadata = read(document).ok()?.in_public(says_how);
    // One that says it shares a secret has none here, which is against the rules of clients.
    metadata.client(id.clone(), Vec::new(), allowed, rules).ok()
}

#[cfg(test)]
mod tests;
