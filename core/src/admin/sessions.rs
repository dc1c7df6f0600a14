//! Who is signed in, in which browser, and its end.

use super::{About, Admin};
use crate::error::AdminError;
use crate::ports::Deed;
use crate::types::{Session, Subject, TenantId, TicketId, Whose};

impl Admin {
    /// Up to [`Admin::PAGE`] sessions of a user, or of the whole tenant, in the order of their ids, after
    /// that one. Those that nobody used in time are among them until they are swept; see
    /// [`Session::is_live`].
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn sessions(
        &self,
        tenant: &TenantId,
        whose: Option<&Subject>,
        after: Option<TicketId>,
    ) -> Result<Vec<Session>, AdminError> {
        self.demand_tenant(tenant).await?;
        Ok(self.ports.visits.sessions(tenant, whose, after, Self::PAGE).await?)
    }

    /// Signs a user out in one browser, and ends the grants that were made in it, where the policy's
    /// `session_ends_grants` says so. Returns how many grants ended. A session that is not there is no
    /// error. A grant that is just being issued in it may slip past: [`Admin::end_grants`] of the user
    /// leaves none.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn end_session(&self, tenant: &TenantId, id: TicketId) -> Result<u64, AdminError> {
        let (admin, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            let ends_grants = admin.session_ends_grants(&tenant).await?;
            let session = admin.ports.visits.session(&tenant, id).await?;
            admin.sign_out(&tenant, id, session.as_ref(), ends_grants).await
        })
        .await
    }

    /// Signs a user out in every browser, as [`Admin::end_session`] does in one. Returns how many
    /// sessions ended. They may sign in again: to stop them, disable them.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn end_user_sessions(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<u64, AdminError> {
        let (admin, tenant, subject) = (self.clone(), tenant.clone(), subject.clone());
        self.complete(async move {
            let ends_grants = admin.session_ends_grants(&tenant).await?;
            let (mut after, mut ended) = (None, 0);
            while let Some(sessions) = admin.next_sessions(&tenant, &subject, &mut after).await? {
                for session in sessions {
                    admin.sign_out(&tenant, session.id, Some(&session), ends_grants).await?;
                    ended += 1;
                }
            }
            Ok(ended)
        })
        .await
    }

    /// Takes away the rows of a user whose sessions do not count any more.
    pub(super) async fn forget_sessions(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<(), AdminError> {
        let mut after = None;
        while let Some(sessions) = self.next_sessions(tenant, subject, &mut after).await? {
            for session in sessions {
                self.ports.visits.end(tenant, session.id).await?;
            }
        }
        Ok(())
    }

    /// The grants first: where the second step fails, the session is there to be ended again.
    async fn sign_out(
        &self,
        tenant: &TenantId,
        id: TicketId,
        session: Option<&Session>,
        ends_grants: bool,
    ) -> Result<u64, AdminError> {
        let ended = match ends_grants {
            true => self.end(tenant, Whose::Session(id)).await?,
            false => 0,
        };
        let gone = self.ports.visits.end(tenant, id).await?;
        if let Some(session) = session.filter(|_| gone) {
            self.done(tenant, Deed::SessionEnded, About::User(&session.subject));
        }
        Ok(ended)
    }

    /// The next sessions of a user, if there are any.
    async fn next_sessions(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: &mut Option<TicketId>,
    ) -> Result<Option<Vec<Session>>, AdminError> {
        let visits = &self.ports.visits;
        let page = visits.sessions(tenant, Some(subject), *after, Self::PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        *after = Some(last.id);
        Ok(Some(page))
    }

    async fn session_ends_grants(&self, tenant: &TenantId) -> Result<bool, AdminError> {
        Ok(self.demand_tenant(tenant).await?.policy.browser.session_ends_grants)
    }
}
