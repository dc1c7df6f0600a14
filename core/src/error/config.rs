//! Parts of a configuration that do not agree.

use super::AdminError;
use crate::ports::SealError;
use crate::types::{InvalidIssuer, InvalidProxy, InvalidResource, InvalidWord, TenantId};

/// Why a server or a guard cannot be built; each says what to do instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The issuer is no pattern of URLs.
    #[error(transparent)]
    Issuer(#[from] InvalidIssuer),
    /// Passwords and tokens would travel in the clear.
    #[error(
        "the issuer {0:?} is plain http on an address that others can reach: use https, a loopback \
         address, or danger_insecure_http(true)"
    )]
    InsecureIssuer(String),
    /// The host's own login is no place that browsers may be sent to.
    #[error("login({0:?}): name a path of this origin, such as /login, or an https URL")]
    Login(String),
    /// A tenant, audience or other name is not well-formed.
    #[error(transparent)]
    Word(#[from] InvalidWord),
    /// A guard's path pattern names no tenant.
    #[error(
        "a guard's path is made of plain segments and ends with the segment {{tenant}}, such as \
         /api/{{tenant}}"
    )]
    GuardPath,
    /// An API cannot be described.
    #[error("protected_resource({url:?}): {why}")]
    ProtectedResource {
        /// Its URL.
        url: String,
        /// Why not.
        why: InvalidResource,
    },
    /// A grant of the host's own cannot be named so.
    #[error("extension_grant({name:?}): {why}")]
    ExtensionGrant {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A guard demands no scope, or one that is none.
    #[error("requires({0:?}): name scope tokens, separated by spaces")]
    GuardScope(String),
    /// A guard's requests are at no URL.
    #[error(
        "reached_at({0:?}): name an http or https URL without query, such as https://api.example.com"
    )]
    GuardPlace(String),
    /// A trusted proxy is no address.
    #[error("trusted_proxies: {0}")]
    Proxy(#[from] InvalidProxy),
    /// `build()` was called outside a tokio runtime.
    #[error("build() must be called within a tokio runtime: it starts background tasks there")]
    NoRuntime,
    /// A tenant of the builder cannot be created.
    #[error(transparent)]
    Tenant(#[from] AdminError),
    /// Private keys would be kept in the clear where others can read them later.
    #[error(
        "this store keeps private keys beyond the process: write \
         .master_key(MasterKey::from_file(\"…\")?), with a file that \
         MasterKey::generate_file(\"…\") made once, or .danger_unsealed_keys(true)"
    )]
    NoMasterKey,
    /// Keys are to be sealed and not to be.
    #[error(
        "master_key and danger_unsealed_keys(true) contradict each other: leave one of them out"
    )]
    SealedAndUnsealed,
    /// The stored keys of a tenant cannot be opened.
    #[error("the keys of the tenant {tenant} cannot be opened: {why}")]
    Sealed {
        /// The first tenant that was met.
        tenant: TenantId,
        /// Why not.
        why: SealError,
    },
    /// The platform gave no threads for hashing.
    #[error("cannot start the threads that hash passwords")]
    Threads(#[from] std::io::Error),
}
