//! Documents of clients: what they are (draft-ietf-oauth-client-id-metadata-document), their keys, their redirect URIs.
//! Fetched when one is named, kept for a while, and read anew each time, within what the tenant allows at that moment.

use std::{str, sync::Arc};

use async_trait::async_trait;
use bytes::Bytes;

use crate::client_metadata::{Document, read};
use crate::ports::{
    ClientDocuments, Fetch, FetchError, FetchedDocuments, Look, LookError, Registering, Registrar,
    RegistrarVerdict, StoreError, host::HostFault, judge,
};
use crate::types::{
    Client, ClientId, ClientKeys, HttpsUrl, Policy, RedirectUri, RegistrationPolicy, SubjectType,
    Tenant, TenantId,
};

/// Fetches and remembers documents.
#[derive(Debug)]
pub struct Documents {
    fetch: Arc<dyn Fetch>,
    /// What the host says of such a client, if it says anything.
    registrar: Option<Arc<dyn Registrar>>,
    /// None of a URL where something else is. As they came, since what is read takes many times the room.
    known: FetchedDocuments<Option<Bytes>>,
    keys: FetchedDocuments<Option<ClientKeys>>,
    redirect_uris: FetchedDocuments<Option<Bytes>>,
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
            let own = |body: Bytes| own(&body, url.as_str()).map(|_| body);
            look(&*fetch, url.as_str(), own).await
        };
        let found = self.known.find(id.as_str(), |_| true, look).await?;
        let document = found.as_deref().and_then(Option::as_ref);
        let Some(document) = document.and_then(|body| own(body, id.as_str())) else {
            return Ok(None);
        };
        let Some(client) = client_of(&document, id, allowed, rules) else { return Ok(None) };
        let may = self.may_be(&tenant.id, &client, &document).await?;
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
            let keys = |body: Bytes| ClientKeys::usable(str::from_utf8(&body).ok()?);
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
        let look = || async move { look(&*fetch, at.as_str(), Some).await };
        let does = |list: &Option<Bytes>| list.as_ref().is_some_and(|body| lists(body, uris));
        let found = self.redirect_uris.find(url.as_str(), does, look).await?;
        Ok(found.is_some_and(|list| does(&list)))
    }
}

/// Whether a document is a list in which all of these are.
fn lists(body: &[u8], uris: &[RedirectUri]) -> bool {
    let Ok(list) = serde_json::from_slice::<Vec<String>>(body) else { return false };
    uris.iter().all(|uri| list.iter().any(|own| own == uri.as_str()))
}

/// The document, if it is that of this URL.
fn own(body: &[u8], url: &str) -> Option<Document> {
    Document::parse(body).ok().filter(|document| speaks_of(document, url))
}

/// What is there may be changed by its owner, but not soon; only a server that does not answer is asked again.
async fn look<T>(
    fetch: &dyn Fetch,
    url: &str,
    read: impl FnOnce(Bytes) -> Option<T> + Send,
) -> Look<Option<T>> {
    match fetch.json(url).await {
        Ok(fetched) => Ok((read(fetched.body), fetched.max_age)),
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
    let client = metadata.client(id.clone(), Box::default(), allowed, rules).ok()?;
    // Nobody keeps a row that would say since when it has which names of users: it knows them by everybody's.
    let known_as = client.browser.as_ref().map(|browser| browser.subject_type);
    (known_as != Some(SubjectType::Pairwise)).then_some(client)
}

#[cfg(test)]
mod tests;
