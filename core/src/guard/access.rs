//! What a guard lets in.

use super::api::Api;
use super::{Denial, Denied};
use crate::tokens::Claims;
use crate::types::{
    ClientId, Dpop, Issuer, Scope, SenderKey, Subject, TenantId, TicketId, Timestamp,
};

/// A request that a guard let in: tenant and subject belong together, since a name says nothing
/// without its tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    tenant: TenantId,
    issuer: Issuer,
    claims: Claims,
    api: Api,
}

impl Access {
    pub(super) fn new(tenant: TenantId, issuer: Issuer, claims: Claims, api: Api) -> Self {
        Self { tenant, issuer, claims, api }
    }

    /// The user's own name, where clients know them by another.
    pub(super) fn name(&mut self, subject: Option<Subject>) {
        self.claims.subject = subject.unwrap_or_else(|| self.claims.subject.clone());
    }

    /// Whose user or client it is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Who it is within the tenant: a user, or the client itself; see [`Access::is_user`].
    pub fn subject(&self) -> &Subject {
        &self.claims.subject
    }

    /// Which application asks; `direct` for a token of the direct API.
    pub fn client(&self) -> &ClientId {
        &self.claims.client
    }

    /// What the token is good for.
    pub fn scope(&self) -> &Scope {
        &self.claims.scope
    }

    /// Whether a user stands behind the request, or a client on its own behalf.
    pub fn is_user(&self) -> bool {
        self.claims.grant.is_some()
    }

    /// The grant that the token comes from; none for a client on its own behalf.
    pub fn grant(&self) -> Option<TicketId> {
        self.claims.grant
    }

    /// The key that whoever sent the request proved to have (RFC 9449); none for a bearer token.
    pub fn sender_key(&self) -> Option<SenderKey> {
        self.claims.sender_key
    }

    /// Who issued the token.
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// When the token ends.
    pub fn expires_at(&self) -> Timestamp {
        self.claims.expires_at
    }

    /// Demands scope tokens, separated by spaces; all of them.
    ///
    /// # Errors
    /// [`Denied`] as 403 `insufficient_scope` (RFC 6750 §3.1) naming them, and what the guard demands of every
    /// request, so that a client which asks for these next does not lose others it needs. A text that is no scope,
    /// or an empty one, is 500: the route is wrong, not the request.
    pub fn require(&self, scope: &str) -> Result<(), Denied> {
        let denied = |denial| {
            let beside = self.api.beside(Some(&self.tenant));
            let bound = self.claims.sender_key.map_or(Dpop::Off, |_| Dpop::Allowed);
            Denied::new(denial, Some(self.issuer.as_str())).with(beside).with_dpop(bound)
        };
        let wanted: Scope = scope.parse().map_err(|_| {
            denied(Denial::Misconfigured("Access::require was given a text that is no scope"))
        })?;
        if wanted.is_empty() {
            // A setting that was forgotten must not open the route.
            return Err(denied(Denial::Misconfigured("Access::require was given an empty scope")));
        }
        match wanted.within(self.scope()) {
            true => Ok(()),
            false => Err(denied(Denial::InsufficientScope(wanted))),
        }
    }
}
