//! Grants: who was given what, and its end.

use super::{About, Admin};
use crate::error::AdminError;
use crate::ports::{Cursor, EventKind, Page};
use crate::types::{Account, Client, ClientId, Policy, Subject, Tenant, TenantId, Whose};

impl Admin {
    /// Grants of a user, a client or the whole tenant, ended ones included until they expire;
    /// [`Page::SIZE`] at a time, in the order of their ids. Tokens that a client got on its own
    /// behalf belong to no grant.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn grants(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, AdminError> {
        self.demand_tenant(tenant).await?;
        Ok(self.ports.ledger.list(tenant, whose, after).await?)
    }

    /// Ends grants: one, or all of a user, a client or the whole tenant, those that are just being
    /// issued included. Returns how many were live. A client's own tokens end with its grants, and the
    /// sessions of a user or of the whole tenant with theirs: what was proven before does not count any
    /// more. Where users come from the host, a grant of that user that is just being issued may slip past: let
    /// [`crate::ports::Users::standing`] answer a later `not_before` first. The same goes for the
    /// client `direct`, which has no row: end those of the users, or of the tenant.
    ///
    /// # Errors
    /// When there is no such tenant, client or user, or the store does not answer.
    pub async fn end_grants(&self, tenant: &TenantId, whose: Whose) -> Result<u64, AdminError> {
        let (admin, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            match &whose {
                Whose::Tenant => admin.outdate_tenant(&tenant).await?,
                Whose::Client(id) if !id.is_reserved() => {
                    admin.outdate_client(&tenant, id).await?;
                }
                Whose::Subject(subject) if admin.hashing.is_some() => {
                    admin.outdate_account(&tenant, subject).await?;
                }
                _ => drop(admin.demand_tenant(&tenant).await?),
            }
            admin.end(&tenant, whose).await
        })
        .await
    }

    /// What a tenant was granted until now is dead. Where something was taken away, `not_before` was
    /// set with it, as one write; this comes after it once more: a request that still saw what was
    /// there before began before this moment.
    pub(super) async fn outdate_tenant(&self, id: &TenantId) -> Result<(), AdminError> {
        let from = self.only_later();
        let end = |row: &mut Tenant| {
            row.not_before = row.not_before.max(from);
            Ok(())
        };
        Box::pin(self.rewrite_tenant(id, None, end)).await.map(drop)
    }

    /// The same for a client.
    pub(super) async fn outdate_client(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<(), AdminError> {
        let from = self.only_later();
        let end = |row: &mut Client, _: &Policy| {
            row.not_before = row.not_before.max(from);
            Ok(())
        };
        self.rewrite_client(tenant, id, None, end).await.map(drop)
    }

    /// The same for a user of the built-in directory.
    pub(super) async fn outdate_account(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<(), AdminError> {
        let from = self.only_later();
        let end = |row: &mut Account| {
            row.not_before = row.not_before.max(from);
            Ok(())
        };
        self.rewrite_account(tenant, subject, None, end).await.map(drop)
    }

    /// Ends the rows. Whoever calls this has made sure that what is under way is dead as well.
    pub(super) async fn end(&self, tenant: &TenantId, whose: Whose) -> Result<u64, AdminError> {
        let ended = self.ports.ledger.end(tenant, whose.clone(), self.now()).await?;
        let about = match &whose {
            Whose::Client(client) => About::Client(client),
            Whose::Subject(subject) => About::User(subject),
            _ => About::Tenant,
        };
        self.record(tenant, EventKind::Ended(ended), about);
        Ok(ended)
    }
}
