//! Grants: who was given what, and its end.

use super::{About, Admin};
use crate::error::AdminError;
use crate::ports::{Cursor, EventKind, Page};
use crate::types::{Account, Client, Policy, Tenant, TenantId, Whose};

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
    /// issued included. Returns how many were live. A client's own tokens end with its grants. Where
    /// users come from the host, a grant of that user that is just being issued may slip past: let
    /// [`crate::ports::Users::standing`] answer a later `not_before` first.
    ///
    /// # Errors
    /// When there is no such tenant, client or user, or the store does not answer.
    pub async fn end_grants(&self, tenant: &TenantId, whose: Whose) -> Result<u64, AdminError> {
        let (admin, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            let from = admin.only_later();
            match &whose {
                Whose::Tenant => {
                    let end = |row: &mut Tenant| {
                        row.not_before = row.not_before.max(from);
                        Ok(())
                    };
                    admin.rewrite_tenant(&tenant, end).await?;
                }
                Whose::Client(id) if id.is_reserved() => drop(admin.demand_tenant(&tenant).await?),
                Whose::Client(id) => {
                    let end = |row: &mut Client, _: &Policy| {
                        row.not_before = row.not_before.max(from);
                        Ok(())
                    };
                    admin.rewrite_client(&tenant, id, end).await?;
                }
                Whose::Subject(subject) if admin.hashing.is_some() => {
                    let end = |row: &mut Account| {
                        row.not_before = row.not_before.max(from);
                    };
                    admin.rewrite_account(&tenant, subject, end).await?;
                }
                _ => drop(admin.demand_tenant(&tenant).await?),
            }
            admin.end(&tenant, whose).await
        })
        .await
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
