//! What the host says of clients that nobody registered.

use std::fmt::{self, Debug};

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::StoreError;
use super::host::{self, HostFault};
use crate::types::{Client, TenantId};

/// Has the last word on a client that registers itself, changes itself, or is known by a document, for what no policy
/// can say: whose software statements are good (RFC 7591 §2.3), which hosts are friends, which names are taken. The
/// client obeys the tenant's policy already. A registrar that takes longer than two seconds or panics fails the
/// request, and nothing else: nothing is written then.
///
/// ```
/// use grantry::{async_trait, ports::{Registering, Registrar, RegistrarVerdict, StoreError}};
///
/// /// Clients of our own hosts alone.
/// #[derive(Debug)]
/// struct Friends;
///
/// #[async_trait]
/// impl Registrar for Friends {
///     async fn judge(&self, asks: &Registering<'_>) -> Result<RegistrarVerdict, StoreError> {
///         let browser = asks.client.browser.as_deref();
///         let mut uris = browser.iter().flat_map(|own| &own.redirect_uris);
///         Ok(match uris.all(|uri| uri.as_str().starts_with("https://apps.example.com/")) {
///             true => RegistrarVerdict::Welcome,
///             false => RegistrarVerdict::Refused {
///                 field: "redirect_uris",
///                 rule: "are of apps.example.com",
///             },
///         })
///     }
/// }
/// ```
#[async_trait]
pub trait Registrar: Debug + Send + Sync + 'static {
    /// Whether the client may be. A client with a document is asked about whenever it comes.
    ///
    /// # Errors
    /// When it cannot be told now: the client may ask again.
    async fn judge(&self, asks: &Registering<'_>) -> Result<RegistrarVerdict, StoreError>;
}

/// A client that wants to be one.
#[derive(Clone)]
#[non_exhaustive]
pub struct Registering<'a> {
    /// Of which tenant.
    pub tenant: &'a TenantId,
    /// The client as it would be: with its id and its places, with the hash of its secret if it has one.
    pub client: &'a Client,
    /// All that it said of itself but its secret, also what is not known here, such as `software_statement`.
    pub metadata: Map<String, Value>,
}

impl<'a> Registering<'a> {
    /// A client that says this of itself, for a host's own tests.
    pub fn new(tenant: &'a TenantId, client: &'a Client, metadata: Map<String, Value>) -> Self {
        Self { tenant, client, metadata }
    }
}

/// What a client says of itself is nobody else's.
impl fmt::Debug for Registering<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registering")
            .field("tenant", self.tenant)
            .field("id", &self.client.id)
            .finish_non_exhaustive()
    }
}

/// What the host says of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistrarVerdict {
    /// It may be.
    Welcome,
    /// It may not, and reads why: `invalid_client_metadata`, `invalid_redirect_uri` where the field is
    /// `redirect_uris`, and `unapproved_software_statement` where it is `software_statement` (RFC 7591 §3.2.2).
    Refused {
        /// The member of what it said that is to blame.
        field: &'static str,
        /// What is demanded of it, as in "are of apps.example.com".
        rule: &'static str,
    },
}

/// What the host says.
///
/// # Errors
/// When it does not say it.
pub(crate) async fn judge(
    registrar: &dyn Registrar,
    asks: &Registering<'_>,
) -> Result<RegistrarVerdict, HostFault> {
    // Called within, since it may panic before there is a future.
    host::ask(async { registrar.judge(asks).await }).await
}
