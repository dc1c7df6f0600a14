//! What the host says in tokens beside what this server says.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::types::{ClaimSet, ClientId, Scope, Subject, TenantId};

/// Says more in tokens. Each kind has its own method; what is said by default is nothing. A method that
/// takes longer than two seconds or panics fails the request, and nothing else: it is asked before a code or
/// refresh token is used up, so the client may ask again with the same.
///
/// ```
/// use grantry::{async_trait, ports::{ClaimsAbout, CustomClaims, StoreError}, types::ClaimSet};
///
/// #[derive(Debug)]
/// struct Roles;
///
/// #[async_trait]
/// impl CustomClaims for Roles {
///     async fn access_token(&self, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
///         let mut claims = ClaimSet::new();
///         if about.scope.contains("roles") {
///             claims.insert("roles", ["reader"].as_slice()).map_err(StoreError::new)?;
///         }
///         Ok(claims)
///     }
/// }
/// ```
#[async_trait]
pub trait CustomClaims: Debug + Send + Sync + 'static {
    /// What an access token says beside.
    ///
    /// # Errors
    /// When the host cannot tell now: the client may ask again.
    async fn access_token(&self, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
        let _ = about;
        Ok(ClaimSet::new())
    }

    /// What an ID token says beside.
    ///
    /// # Errors
    /// As [`CustomClaims::access_token`].
    async fn id_token(&self, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
        let _ = about;
        Ok(ClaimSet::new())
    }

    /// What userinfo says beside.
    ///
    /// # Errors
    /// As [`CustomClaims::access_token`].
    async fn userinfo(&self, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
        let _ = about;
        Ok(ClaimSet::new())
    }
}

/// What a token is about.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ClaimsAbout<'a> {
    /// In which tenant.
    pub tenant: &'a TenantId,
    /// To which client.
    pub client: &'a ClientId,
    /// Of which user, by the directory's own name; nobody where a client asks on its own behalf.
    pub subject: Option<&'a Subject>,
    /// With which scope.
    pub scope: &'a Scope,
}

impl<'a> ClaimsAbout<'a> {
    /// What a token is about.
    pub fn new(
        tenant: &'a TenantId,
        client: &'a ClientId,
        subject: Option<&'a Subject>,
        scope: &'a Scope,
    ) -> Self {
        Self { tenant, client, subject, scope }
    }
}
