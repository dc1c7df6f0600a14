//! The check itself.

use std::{future::Future, sync::Arc};

use http::request::Parts;

use super::api::{Api, origin};
use super::audiences::Audiences;
use super::elsewhere::Elsewhere;
use super::possession::Possession;
use super::stands::stands;
use super::tenants::Tenants;
use super::used::Used;
use super::{Access, Denial, Denied, Scheme, Shown, bearer};
use crate::error::ConfigError;
use crate::ports::{Ports, StoreError};
use crate::tokens::{Claims, Untrusted, verify};
use crate::types::{
    Audience, Dpop, Issuer, IssuerTemplate, RequestUrl, Scope, TenantId, Timestamp,
};

/// Lets requests in that bear an access token for one audience. Clones share it.
#[derive(Clone, Debug)]
pub struct Guard(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    books: Books,
    issuers: IssuerTemplate,
    audience: Audiences,
    tenants: Tenants,
    api: Api,
    /// Proofs that were used here, where no store is asked.
    used: Arc<Used>,
}

/// One request.
#[derive(Clone, Copy)]
struct Asked<'a> {
    shown: &'a Shown,
    text: &'a str,
    token: &'a Untrusted<'a>,
    path: &'a str,
}

/// Where a guard looks up whether a token counts.
#[derive(Clone, Debug)]
pub(super) enum Books {
    /// In the server of the same process: the keys and, where it is online, grant, client and user.
    Here { ports: Box<Ports>, online: bool },
    /// In the keys that the issuers show.
    Elsewhere(Arc<Elsewhere>),
}

impl Guard {
    pub(super) fn new(
        books: Books,
        issuers: IssuerTemplate,
        audience: Audiences,
        tenants: Tenants,
    ) -> Self {
        let resource = match &books {
            Books::Here { ports, .. } => ports.resources.by_audience(&audience.text()).cloned(),
            Books::Elsewhere(_) => None,
        };
        let api = Api {
            dpop: resource.as_ref().map_or(Dpop::Off, |resource| resource.dpop),
            resource: resource.map(Arc::new),
            base: origin(&audience.text()),
            ..Api::default()
        };
        let begun = match &books {
            Books::Here { ports, .. } => ports.clock.now(),
            Books::Elsewhere(keys) => keys.now(),
        };
        let used = Arc::new(Used::since(begun));
        Self(Arc::new(Inner { books, issuers, audience, tenants, api, used }))
    }

    /// The same guard without asking whether grant, client and user still stand: cheaper, and a
    /// token is taken until it expires, whatever became of its grant. Proofs that were used are remembered in this
    /// process alone, by each such guard for itself. A guard of issuers elsewhere is so anyway.
    pub fn offline(self) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        if let Books::Here { online, .. } = &mut inner.books {
            *online = false;
        }
        Self(Arc::new(inner))
    }

    /// The same guard for routes that all need these scope tokens, separated by spaces: what
    /// [`Access::require`] says for each, and a challenge names them also where there is no token yet, so that
    /// clients know what to ask for (RFC 6750 §3).
    ///
    /// # Errors
    /// [`ConfigError::GuardScope`] for a text that is no scope, or an empty one.
    pub fn requires(self, scope: &str) -> Result<Self, ConfigError> {
        let wanted = scope.parse().ok().filter(|wanted: &Scope| !wanted.is_empty());
        let scope = wanted.ok_or_else(|| ConfigError::GuardScope(scope.to_owned()))?;
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.api.scope = scope;
        Ok(Self(Arc::new(inner)))
    }

    /// The same guard for tokens alone that are bound to a key which the sender proves to have (RFC 9449).
    /// Otherwise it takes these with a proof and others without; a token that is bound is never taken without. The
    /// guard of an API that says so itself ([`crate::types::ProtectedResource::dpop`]) is so anyway.
    pub fn demands_dpop(self) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.api.dpop = Dpop::Required;
        Self(Arc::new(inner))
    }

    /// The same guard for an API whose clients know it by another origin than the one in its audience, or by
    /// another path than the one that comes in here: what stands before the request's path, such as
    /// `https://api.example.com` or, behind a proxy that takes `/v1` away, `https://api.example.com/v1`. A proof
    /// names the whole URL (RFC 9449 §4.3), and neither `Host` nor any other header is asked for it.
    ///
    /// # Errors
    /// [`ConfigError::GuardPlace`] for what is no http or https URL, or one with a query or fragment.
    pub fn reached_at(self, base: &str) -> Result<Self, ConfigError> {
        let wrong = || ConfigError::GuardPlace(base.to_owned());
        let plain = base.strip_suffix('/').unwrap_or(base);
        plain.parse::<RequestUrl>().map_err(|_| wrong())?;
        if plain.contains(['?', '#']) {
            return Err(wrong());
        }
        let mut inner = Arc::unwrap_or_clone(self.0);
        inner.api.base = Some(plain.into());
        Ok(Self(Arc::new(inner)))
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
        let token = bearer::shown_token(&parts.uri, &parts.headers).map(|(scheme, token)| {
            (Shown::of(scheme, &parts.method, &parts.headers), token.to_owned())
        });
        let path = parts.uri.path().to_owned();
        async move {
            let by_key = token.as_ref().is_ok_and(|(shown, _)| shown.scheme == Scheme::Dpop);
            let by_key = if by_key { Dpop::Allowed } else { Dpop::Off };
            let (tenant, verdict) = inner.check(token, &path).await;
            verdict.map_err(|denial| {
                let issuer = tenant.as_ref().map(|tenant| inner.issuers.of(tenant));
                let audience = inner.audience.text();
                let realm = issuer.as_ref().map_or(&*audience, Issuer::as_str);
                let beside = inner.api.beside(tenant.as_ref());
                Denied::new(denial, Some(realm)).with(beside).with_dpop(by_key)
            })
        }
    }
}

impl Inner {
    /// The verdict, with the tenant whose tokens would be taken, if that is known.
    async fn check(
        &self,
        token: Result<(Shown, String), Denial>,
        path: &str,
    ) -> (Option<TenantId>, Result<Access, Denial>) {
        let untrusted = token.as_ref().ok().and_then(|(_, token)| Untrusted::parse(token));
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
            (Ok((shown, text)), Some(untrusted)) => {
                self.verify(&tenant, Asked { shown, text, token: &untrusted, path }).await
            }
        };
        (Some(tenant), verdict)
    }

    async fn verify(&self, id: &TenantId, asked: Asked<'_>) -> Result<Access, Denial> {
        let audience = self.audience.of(id).map_err(|_| Denial::Invalid)?;
        let access = match &self.books {
            Books::Here { ports, online } => {
                self.verify_here(ports, *online, id, &audience, asked).await
            }
            Books::Elsewhere(keys) => {
                let (issuer, now) = (self.issuers.of(id), keys.now());
                let claims = keys.verify(asked.token, &issuer, &audience, now).await;
                let claims = claims.map_err(unavailable)?.ok_or(Denial::Invalid)?;
                if let Some(held) = self.possession(asked, &claims, now)? {
                    held.spend_here(&self.used, id, now)?;
                }
                Ok(Access::new(id.clone(), issuer, claims, self.api.clone()))
            }
        }?;
        match self.api.scope.within(access.scope()) {
            true => Ok(access),
            false => Err(Denial::InsufficientScope(self.api.scope.clone())),
        }
    }

    /// What the sender shows of the key that the token is bound to.
    fn possession(
        &self,
        asked: Asked<'_>,
        claims: &Claims,
        now: Timestamp,
    ) -> Result<Option<Possession>, Denial> {
        if self.api.dpop == Dpop::Required && claims.sender_key.is_none() {
            return Err(Denial::Unbound);
        }
        asked.shown.prove(asked.text, claims, || self.api.url(asked.path), now)
    }

    async fn verify_here(
        &self,
        ports: &Ports,
        online: bool,
        id: &TenantId,
        audience: &Audience,
        asked: Asked<'_>,
    ) -> Result<Access, Denial> {
        let tenant = ports.tenant(id).await.map_err(unavailable)?;
        let tenant = tenant.ok_or(Denial::Invalid)?;
        let (issuer, now) = (self.issuers.of(id), ports.clock.now());
        let keys = ports.keyring.public(id, now).await.map_err(unavailable)?;
        let claims =
            verify(asked.token, &keys, &issuer, Some(audience), now).ok_or(Denial::Invalid)?;
        let held = self.possession(asked, &claims, now)?;
        if let Some(held) = &held {
            held.demand_nonce(ports, &tenant, now).await?;
        }
        let mut access = Access::new(tenant.id.clone(), issuer, claims.clone(), self.api.clone());
        if online {
            let stands = stands(ports, &tenant, &claims, now).await.map_err(unavailable)?;
            let ticket = stands.ok_or(Denial::Invalid)?.ticket;
            // Clients may know the user by another name than the application does.
            access.name(ticket.map(|ticket| ticket.subject));
        }
        match held {
            Some(held) if online => held.spend(ports, id, now).await?,
            Some(held) => held.spend_here(&self.used, id, now)?,
            None => {}
        }
        Ok(access)
    }
}

fn unavailable(_: StoreError) -> Denial {
    Denial::Unavailable
}
