//! Grantry is a multi-tenant OAuth 2.1 authorization server that you mount into the axum, actix-web
//! or warp application that you already have. This crate is the product: protocol, grants, tokens,
//! guards and stores in memory. It knows no web framework; the adapters `grantry-axum`,
//! `grantry-actix` and `grantry-warp` carry requests in and answers out, and re-export it.
//!
//! ```
//! use grantry::{NewClient, NewUser, Server, types::{DirectApi, GrantType, Policy}};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::builder("https://id.example.com/oauth/{tenant}").build().await?;
//!
//! let policy = Policy::new("https://api.example.com".parse()?);
//! let acme = server.admin().create_tenant("acme", policy).await?;
//! let client = NewClient::confidential("billing")
//!     .grants([GrantType::ClientCredentials])
//!     .scope("invoices:read");
//! let billing = server.admin().create_client(&acme.id, client).await?;
//! assert!(billing.secret.is_some(), "shown this once");
//!
//! let guard = server.guard("https://api.example.com").tenant("acme")?;
//! # drop(guard);
//! # Ok(())
//! # }
//! ```
//!
//! A request is bytes, and [`Server::handle`] is one function from request to response. Whatever
//! differs between two deployments comes in through a trait of [`ports`]; whatever must not happen
//! twice is a [`types::Ticket`].

#![forbid(unsafe_code)]

mod admin;
mod cache;
mod client_auth;
mod client_documents;
mod client_metadata;
mod context;
mod endpoints;
mod error;
mod grants;
mod guard;
mod interactions;
mod keys;
mod memory;
mod pages;
mod passwords;
mod policy;
pub mod ports;
mod registration;
mod routes;
mod seal;
mod server;
mod sessions;
mod sign_in;
mod system;
mod throttle;
mod tokens;
pub mod types;
mod wire;

pub use admin::{
    Admin, InitialAccess, KeyInfo, KeyKind, KeyRotation, KeyStage, NewClient, NewUser,
    RegisteredClient, SecretAge,
};
#[cfg(feature = "provision")]
pub use admin::{Provision, ProvisionError, ProvisionErrors, Provisioned};
/// Makes the async traits of [`ports`] implementable.
pub use async_trait::async_trait;
pub use cache::CacheConfig;
pub use error::{AdminError, ConfigError, ProofFault};
pub use guard::{Access, Denial, Denied, Guard, GuardBuilder};
pub use interactions::{InteractionInfo, ResumeError};
pub use memory::{MemoryStore, MemoryTickets};
pub use passwords::HashingPoolConfig;
pub use routes::{Endpoint, Route};
pub use seal::{MasterKey, MasterKeyError, SealedKeys, Unreadable};
pub use server::{Server, ServerBuilder};
#[cfg(feature = "tracing")]
pub use system::TracingEvents;
pub use system::{SystemClock, SystemEntropy};
pub use throttle::ThrottleConfig;
pub use wire::oversized;
