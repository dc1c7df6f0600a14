//! After a restore.

use super::{About, Admin, KeyKind, KeyRotation};
use crate::error::AdminError;
use crate::ports::Deed;
use crate::types::Whose;

impl Admin {
    /// Ends everything that any tenant granted until now: for an operator who put back an older backup of
    /// the store, or whose database lost writes in a failover. What was used up, rotated or revoked
    /// since would otherwise count again, for whoever kept it. All ticket keys are replaced, so no code,
    /// refresh token, session or page that is about counts any more; and `not_before` of every tenant is
    /// now, so no access token does either where somebody asks for it online. Users sign in again.
    ///
    /// Stop every server before the backup is put back, start one, call this before requests come, and
    /// start the others: a server that runs on remembers rows of the time that is gone. Run it again where
    /// it failed half-way, or was dropped: what it did stays done, and is done once more. Returns how
    /// many tenants there are. They are read a page at a time.
    ///
    /// What is no grant is as it was when the backup was made: users and clients that were disabled or
    /// deleted since, passwords and secrets that were changed, consents that were forgotten, signing
    /// keys that were replaced at once.
    ///
    /// # Errors
    /// [`AdminError::Unfinished`] after all tenants that could be done; when the list of tenants cannot be
    /// read.
    pub async fn restored(&self) -> Result<usize, AdminError> {
        self.of_every_tenant(|admin, tenant| async move {
            // Keys of the host are the host's to replace; `not_before` holds all the same.
            if !admin.foreign_keys {
                let at_once = KeyRotation::AtOnce;
                admin
                    .rewrite_keys(&tenant, at_once, |key, _, _| KeyKind::Ticket.holds(key))
                    .await?;
            }
            admin.outdate_tenant(&tenant).await?;
            admin.end(&tenant, Whose::Tenant).await?;
            admin.done(&tenant, Deed::Restored, About::Tenant);
            Ok(true)
        })
        .await
    }
}
