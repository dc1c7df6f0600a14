//! Clients that no store keeps.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;

use super::StoreError;
use crate::types::{Client, ClientId, Tenant};

/// Knows clients whose id is the URL of a document that says who they are
/// (draft-ietf-oauth-client-id-metadata-document).
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
}
