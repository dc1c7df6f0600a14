//! What a client that registers itself has elsewhere, and says where.

use crate::client_metadata::ClientMetadata;
use crate::context::Context;
use crate::error::{Error, MetadataFault};

/// What is left of what the client says, once its documents are read: keys are fetched when it proves itself, the
/// list of its redirect URIs now (OpenID Connect Dynamic Client Registration §5).
///
/// # Errors
/// When a redirect URI is not listed, or nothing is fetched here; 503 where the server of the list does not answer.
pub(super) async fn read(ctx: &Context, metadata: ClientMetadata) -> Result<ClientMetadata, Error> {
    let wrong = |field, rule| Err(MetadataFault { field, rule }.into());
    let Some(documents) = ctx.ports.documents.as_deref() else {
        return match metadata.has_keys_elsewhere() {
            true => wrong("jwks_uri", "is not read here: send jwks"),
            false => Ok(metadata.without_sector()),
        };
    };
    let Some(url) = metadata.sector() else { return Ok(metadata) };
    match documents.lists(url, metadata.redirect_uris()).await? {
        true => Ok(metadata),
        false => wrong("sector_identifier_uri", "leads to a JSON list of all redirect_uris"),
    }
}
