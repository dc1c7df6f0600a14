//! What is wrong with what a client says of itself.

use super::Code;
use crate::types::InvalidClient;

/// Why a client cannot be registered (RFC 7591 §3.2.2). It holds no text that a caller sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {rule}")]
pub struct MetadataFault {
    /// The member of the document that is wrong.
    pub field: &'static str,
    /// What is demanded of it.
    pub rule: &'static str,
}

impl MetadataFault {
    /// The word for it: redirect URIs have their own.
    pub fn code(self) -> Code {
        match self.field {
            "redirect_uris" => Code::InvalidRedirectUri,
            "software_statement" => Code::UnapprovedSoftwareStatement,
            _ => Code::InvalidClientMetadata,
        }
    }
}

/// The rules of every client, told by the names that registration has for them.
impl From<InvalidClient> for MetadataFault {
    fn from(InvalidClient { field, rule }: InvalidClient) -> Self {
        let field = match field {
            "grants" => "grant_types",
            "auth_methods" => "token_endpoint_auth_method",
            "name" => "client_name",
            "id_token_alg" => "id_token_signed_response_alg",
            other => other,
        };
        Self { field, rule }
    }
}
