//! What is known of users.

use std::sync::Arc;

use super::Admin;
use crate::error::AdminError;
use crate::ports::Deed;
use crate::types::{Account, ClaimSet, InvalidClaims, Subject, TenantId};

impl Admin {
    /// Changes what clients may learn of a user (OpenID Connect Core §5.1), as far as their scope allows.
    /// Where somebody else changes the user at the same moment, `change` is called again with what they
    /// made of it.
    ///
    /// ```
    /// # use grantry::{NewUser, Server, types::Policy};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = Server::builder("https://id.example.com/oauth/{tenant}").build().await?;
    /// # let policy = Policy::new("https://api.example.com".parse()?);
    /// # let acme = server.admin().create_tenant("acme", policy).await?.id.clone();
    /// let alice = NewUser::new("alice", "wonderland".into()).claim("name", "Alice Liddell");
    /// let alice = server.admin().create_user(&acme, alice).await?;
    /// let moved = server.admin().change_user_claims(&acme, &alice.subject, |claims| {
    ///     claims.insert("email", "alice@example.com")?;
    ///     claims.insert("email_verified", true)
    /// });
    /// moved.await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there is no such user, `change` says what cannot be said, or users come from the host;
    /// nothing changes.
    pub async fn change_user_claims(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        change: impl Fn(&mut ClaimSet) -> Result<(), InvalidClaims> + Send + Sync,
    ) -> Result<Arc<Account>, AdminError> {
        let change = |account: &mut Account| {
            let mut claims = account.claims.take().unwrap_or_default();
            change(&mut claims)?;
            account.claims = Some(claims).filter(|claims| !claims.is_empty());
            Ok(())
        };
        Ok(self.rewrite_account(tenant, subject, Some(Deed::ClaimsChanged), change).await?.0)
    }
}
