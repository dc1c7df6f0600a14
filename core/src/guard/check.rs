//! The check itself.

use std::{future::Future, sync::Arc};

use http::request::Parts;

use super::stands::stands;
use super::tenants::Tenants;
use super::{Access, Denial, Denied, bearer};
use crate::ports::{Ports, StoreError};
use crate::tokens::{Untrusted, verify};
use crate::types::{Audience, Issuer, IssuerTemplate, TenantId};

/// Lets requests in that bear an access token for one audience. Clones share it.
#[derive(Clone, Debug)]
pub struct Guard(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    ports: Ports,
    issuers: IssuerTemplate,
    audience: Audience,
    tenants: Tenants,
    online: bool,
}

impl Guard {
    pub(super) fn new(
        ports: Ports,
        issuers: IssuerTemplate,
        audience: Audience,
        tenants: Tenants,
    ) -> Self {
        Self(Arc::new(Inner { ports, issuers, audience, tenants, online: true }))
    }

    /// The same guard without asking whether grant, client and user still stand: cheaper, and a
    /// token is taken until it expires, whatever became of its grant.
    pub fn offline(self) -> Self {
        Self(Arc::new(Inner { online: false, ..Arc::unwrap_or_clone(self.0) }))
    }

    /// Checks a request by its head. What is needed of it is taken at once, so that the future
    /// borrows nothing.
    ///
    /// # Errors
    /// [`Denied`], which renders the answer.
    pub fn check(
        &self,
        parts: &Parts,
    ) -> impl Future<Output = Result<Access, Denied>> + Send + use<> {
        let inner = self.0.clone();
        let token = bearer::bearer_token(&parts.uri, &parts.headers).map(str::to_owned);
        let path = parts.uri.path().to_owned();
        async move {
            let (tenant, verdict) = inner.check(token, &path).await;
            verdict.map_err(|denial| {
                let issuer = tenant.map(|tenant| inner.issuers.of(&tenant));
                let realm = issuer.as_ref().map_or(inner.audience.as_str(), Issuer::as_str);
                Denied::new(denial, Some(realm))
            })
        }
    }
}

impl Inner {
    /// The verdict, with the tenant whose tokens would be taken, if that is known.
    async fn check(
        &self,
        token: Result<String, Denial>,
        path: &str,
    ) -> (Option<TenantId>, Result<Access, Denial>) {
        let untrusted = token.as_ref().ok().and_then(|token| Untrusted::parse(token));
        let issuer = untrusted.as_ref().map(Untrusted::issuer);
        let tenant = match (self.tenants.of(path, issuer, &self.issuers), &token) {
            (Ok(tenant), _) => tenant,
            (Err(wrong @ Denial::Misconfigured(_)), _) => return (None, Err(wrong)),
            (Err(_), Err(denial)) => return (None, Err(denial.clone())),
            (Err(denial), Ok(_)) => return (None, Err(denial)),
        };
        let verdict = match (&token, untrusted) {
            (Err(denial), _) => Err(denial.clone()),
            (Ok(_), None) => Err(Denial::Invalid),
            (Ok(_), Some(untrusted)) => self.verify(&tenant, &untrusted).await,
        };
        (Some(tenant), verdict)
    }

    async fn verify(&self, id: &TenantId, token: &Untrusted<'_>) -> Result<Access, Denial> {
        let tenant = self.ports.tenant(id).await.map_err(unavailable)?;
        let tenant = tenant.ok_or(Denial::Invalid)?;
        let (issuer, now) = (self.issuers.of(id), self.ports.clock.now());
        let keys = self.ports.keyring.public(id, now).await.map_err(unavailable)?;
        let claims =
            verify(token, &keys, &issuer, Some(&self.audience), now).ok_or(Denial::Invalid)?;
        let mut access = Access::new(tenant.id.clone(), issuer, claims.clone());
        if self.online {
            let stands = stands(&self.ports, &tenant, &claims, now).await.map_err(unavailable)?;
            let ticket = stands.ok_or(Denial::Invalid)?.ticket;
            // Clients may know the user by another name than the application does.
            access.name(ticket.map(|ticket| ticket.subject));
        }
        Ok(access)
    }
}

fn unavailable(_: StoreError) -> Denial {
    Denial::Unavailable
}
