//! Who is signed in, in which browser, and its end.

use super::{About, Admin};
use crate::error::AdminError;
use crate::ports::Deed;
use crate::types::{Session, Subject, TenantId, TicketId, Whose};

/// What came of it.
struct SignedOut {
    /// How many grants ended.
    grants: u64,
    /// Whether there was such a session.
    was_there: bool,
}

impl Admin {
    /// Up to [`Admin::PAGE`] sessions of a user, or of the whole tenant, in the order of their ids, after
    /// that one. [`Session::sid`] is what ends one: two windows in which a user proves at once who they
    /// are may leave two rows of one `sid`. Those that nobody used in time are among them until they are
    /// swept; see [`Session::is_live`].
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

    /// Signs a user out in one browser, by the `sid` of the session, and ends the grants that were made in
    /// it, where the policy's `session_ends_grants` says so. Returns how many grants ended. A session that
    /// is not there is no error. A grant that is just being issued in it may slip past:
    /// [`Admin::end_grants`] of the user leaves none.
    ///
    /// # Errors
    /// When there is no such tenant, or the store does not answer.
    pub async fn end_session(&self, tenant: &TenantId, sid: TicketId) -> Result<u64, AdminError> {
        let (admin, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            let ends_grants = admin.session_ends_grants(&tenant).await?;
            let ended = admin.sign_out(&tenant, sid, ends_grants).await?;
            Ok(ended.grants)
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
                    let out = admin.sign_out(&tenant, session.sid, ends_grants).await?;
                    ended += u64::from(out.was_there);
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
                self.ports.visits.forget(tenant, session.id).await?;
            }
        }
        Ok(())
    }

    /// The grants first: where the second step fails, the session is there to be ended again.
    async fn sign_out(
        &self,
        tenant: &TenantId,
        sid: TicketId,
        ends_grants: bool,
    ) -> Result<SignedOut, AdminError> {
        let grants = match ends_grants {
            true => self.end(tenant, Whose::Session(sid)).await?,
            false => 0,
        };
        let whose = self.ports.visits.end(tenant, sid).await?;
        if let Some(subject) = &whose {
            self.done(tenant, Deed::SessionEnded, About::User(subject));
        }
        Ok(SignedOut { grants, was_there: whose.is_some() })
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
