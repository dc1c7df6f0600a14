//! Documents of clients: what they are (draft-ietf-oauth-client-id-metadata-document), their keys, their redirect URIs.
//! Fetched when
//! one is named, kept for a while, and read anew each time, within what the tenant allows at that moment.

use std::{str, sync::Arc};

use async_trait::async_trait;

use crate::client_metadata::{Document, read};
use crate::ports::{
    ClientDocuments, Fetch, FetchError, FetchedDocuments, Look, LookError, Registering, Registrar,
    RegistrarVerdict, StoreError, host::HostFault, judge,
};
use crate::types::{
    Client, ClientId, ClientKeys, HttpsUrl, Policy, RedirectUri, RegistrationPolicy, Tenant,
    TenantId,
};

/// Fetches and remembers documents.
#[derive(Debug)]
pub struct Documents {
    fetch: Arc<dyn Fetch>,
    /// What the host says of such a client, if it says anything.
    registrar: Option<Arc<dyn Registrar>>,
    /// None of a URL where something else is.
    known: FetchedDocuments<Option<Document>>,
    keys: FetchedDocuments<Option<ClientKeys>>,
    redirect_uris: FetchedDocuments<Option<Vec<String>>>,
}

impl Documents {
    /// None yet.
    pub fn new(fetch: Arc<dyn Fetch>, registrar: Option<Arc<dyn Registrar>>) -> Self {
        let (known, keys) = (FetchedDocuments::new(), FetchedDocuments::new());
        Self { fetch, registrar, known, keys, redirect_uris: FetchedDocuments::new() }
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
        let look = || async move {
            let own =
                |body: &[u8]| Document::parse(body).ok().filter(|it| speaks_of(it, url.as_str()));
            look(&*fetch, url.as_str(), own).await
        };
        let found = self.known.find(id.as_str(), |_| true, look).await?;
        let Some(document) = found.as_deref().and_then(Option::as_ref) else { return Ok(None) };
        let Some(client) = client_of(document, id, allowed, rules) else { return Ok(None) };
        let may = self.may_be(&tenant.id, &client, document).await?;
        Ok(may.then(|| Arc::new(client)))
    }

    async fn keys(
        &self,
        url: &HttpsUrl,
        kid: Option<&str>,
        alg: &str,
    ) -> Result<Option<Arc<ClientKeys>>, StoreError> {
        let (fetch, at) = (self.fetch.clone(), url.clone());
        let look = || async move {
            let keys = |body: &[u8]| str::from_utf8(body).ok()?.parse().ok();
            look(&*fetch, at.as_str(), keys).await
        };
        // A key that is not known may be a new one.
        let does = |keys: &Option<ClientKeys>| {
            keys.as_ref().is_some_and(|keys| keys.find(kid, alg).is_some())
        };
        let found = self.keys.find(url.as_str(), does, look).await?;
        Ok(found.and_then(|keys| (*keys).clone()).map(Arc::new))
    }

    async fn lists(&self, url: &HttpsUrl, uris: &[RedirectUri]) -> Result<bool, StoreError> {
        let (fetch, at) = (self.fetch.clone(), url.clone());
        let look = || async move {
            let list = |body: &[u8]| serde_json::from_slice(body).ok();
            look(&*fetch, at.as_str(), list).await
        };
        let does = |list: &Option<Vec<String>>| {
            let holds =
                |list: &Vec<String>, uri: &RedirectUri| list.iter().any(|own| own == uri.as_str());
            list.as_ref().is_some_and(|list| uris.iter().all(|uri| holds(list, uri)))
        };
        let found = self.redirect_uris.find(url.as_str(), does, look).await?;
        Ok(found.is_some_and(|list| does(&list)))
    }
}

/// What is there may be changed by its owner, but not soon; only a server that does not answer is asked again.
async fn look<T>(
    fetch: &dyn Fetch,
    url: &str,
    read: impl FnOnce(&[u8]) -> Option<T> + Send,
) -> Look<Option<T>> {
    match fetch.json(url).await {
        Ok(fetched) => Ok((read(&fetched.body), fetched.max_age)),
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
    // A list of redirect URIs would be a second document, for which this one answers already.
    let metadata = read(document).ok()?.in_public(says_how).without_sector();
    // One that says it shares a secret has none here, which is against the rules of clients.
    metadata.client(id.clone(), Vec::new(), allowed, rules).ok()
}

#[cfg(test)]
mod tests;
