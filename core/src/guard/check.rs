//! The check itself.

use std::{future::Future, sync::Arc};

use http::request::Parts;

use super::tenants::Tenants;
use super::{Access, Denial, Denied, bearer};
use crate::ports::{Ports, StoreError};
use crate::tokens::{Claims, Untrusted, verify};
use crate::types::{Audience, Issuer, IssuerTemplate, Tenant, TenantId, TicketId, Timestamp};

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
        let token = bearer::token(parts).map(str::to_owned);
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
        let tenant = self.ports.tenants.read(id).await.map_err(unavailable)?;
        let tenant = tenant.ok_or(Denial::Invalid)?;
        let (issuer, now) = (self.issuers.of(id), self.ports.clock.now());
        let keys = self.ports.keyring.public(id, now).await.map_err(unavailable)?;
        let claims = verify(token, &keys, &issuer, &self.audience, now).ok_or(Denial::Invalid)?;
        if self.online && !self.stands(&tenant, &claims, now).await.map_err(unavailable)? {
            return Err(Denial::Invalid);
        }
        Ok(Access::new(tenant.id.clone(), issuer, claims))
    }

    /// Whether tenant, client, grant and user still stand. The generation is not compared: every
    /// access token of a live grant counts.
    async fn stands(
        &self,
        tenant: &Tenant,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut not_before = tenant.not_before;
        if !claims.client.is_reserved() {
            match self.ports.clients.read(&tenant.id, &claims.client).await? {
                Some(client) if !client.disabled => not_before = not_before.max(client.not_before),
                _ => return Ok(false),
            }
        }
        if tenant.disabled {
            return Ok(false);
        }
        match claims.grant {
            // A token names a whole second. One of the second in which its client was stopped may be
            // from before, so it does not count; what is issued after that names the next one.
            None => Ok(claims.issued_at >= not_before.whole_second()),
            Some(grant) => self.grant_stands(tenant, grant, claims, not_before, now).await,
        }
    }

    async fn grant_stands(
        &self,
        tenant: &Tenant,
        grant: TicketId,
        claims: &Claims,
        not_before: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let ticket = self.ports.ledger.read(&tenant.id, grant).await?;
        let Some(ticket) = ticket.filter(|ticket| ticket.is_live(now)) else { return Ok(false) };
        let same = ticket.subject == claims.subject && ticket.client == claims.client;
        if !same || ticket.authenticated_at < not_before {
            return Ok(false);
        }
        let standing = self.ports.users.standing(&tenant.id, &ticket.subject).await?;
        Ok(standing.allows(ticket.authenticated_at))
    }
}

/// A store that fails is never an invalid token.
fn unavailable(_: StoreError) -> Denial {
    Denial::Unavailable
}
