//! What clients have elsewhere.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::StoreError;
use crate::types::{Client, ClientId, ClientKeys, HttpsUrl, RedirectUri, Tenant};

/// Knows documents of clients: of those whose id is the URL of one (draft-ietf-oauth-client-id-metadata-document), and
/// what others have in documents of their own.
#[async_trait]
pub trait ClientDocuments: Debug + Send + Sync + 'static {
    /// The client of this id, as the tenant would have it; none where the tenant wants no such clients, or
    /// the document says nothing of the kind.
    ///
    /// # Errors
    /// When it cannot be found out now.
    async fn client(
        &self,
        tenant: &Tenant,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError>;

    /// The keys at a client's `jwks_uri`, fetched anew where none is as a JWT names it; none where there is no such
    /// document.
    ///
    /// # Errors
    /// When it cannot be found out now.
    async fn keys(
        &self,
        url: &HttpsUrl,
        kid: Option<&str>,
        alg: &str,
    ) -> Result<Option<Arc<ClientKeys>>, StoreError>;

    /// Whether all of these are in the list at a client's `sector_identifier_uri` (OpenID Connect Dynamic Client
    /// Registration §5), fetched anew where they are not.
    ///
    /// # Errors
    /// When it cannot be found out now.
    async fn lists(&self, url: &HttpsUrl, uris: &[RedirectUri]) -> Result<bool, StoreError>;
}
