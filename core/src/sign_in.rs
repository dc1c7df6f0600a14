//! The one way in for every password, whatever surface it came to.

use std::{sync::Arc, thread};

use crate::context::Context;
use crate::error::Error;
use crate::ports::{Admission, Attempt, EventKind, Settled, SignIn, StoreError, Tasks, Throttle};
use crate::types::{ClientId, Password, Standing, Subject, Timestamp, Username};

/// A user who proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub subject: Subject,
    /// When.
    pub at: Timestamp,
}

/// Signs a user in.
///
/// # Errors
/// [`Error::Throttled`] after too many failures, before anything is known of the user;
/// [`Error::Credentials`] for an unknown user, a wrong password and a disabled user alike;
/// [`Error::Busy`] at capacity.
pub async fn sign_in(
    ctx: &Context,
    username: &Username,
    password: &Password,
) -> Result<SignedIn, Error> {
    let admitted = admit(ctx, username).await?;
    let verdict = prove(ctx, username, password).await;
    let how = match &verdict {
        Ok(_) => Settled::Right,
        Err(Error::Credentials) => Settled::Wrong,
        Err(_) => Settled::Untried,
    };
    admitted.settle(how).await?;
    verdict.map(|subject| SignedIn { subject, at: ctx.now })
}

async fn prove(ctx: &Context, username: &Username, password: &Password) -> Result<Subject, Error> {
    let (users, tenant) = (&ctx.ports.users, ctx.tenant_id());
    let SignIn::Accepted(subject) = users.authenticate(tenant, username, password).await? else {
        return Err(Error::Credentials);
    };
    // LG-07: asked at every grant. Whoever may receive no tokens does not learn that the password
    // was right.
    if !users.standing(tenant, &subject).await?.allows(ctx.now) || is_client(ctx, &subject).await? {
        return Err(Error::Credentials);
    }
    Ok(subject)
}

/// Since when what a user proved counts, whom the host signed in: what was ended before is over.
///
/// # Errors
/// [`Error::Credentials`] for one who may receive no tokens, or who is a client (LG-07, TK-24).
pub async fn counts_since(ctx: &Context, subject: &Subject) -> Result<Timestamp, Error> {
    match ctx.ports.users.standing(ctx.tenant_id(), subject).await? {
        Standing::Active { not_before } if !is_client(ctx, subject).await? => {
            Ok(not_before.max(ctx.tenant.not_before))
        }
        _ => Err(Error::Credentials),
    }
}

/// TK-24: a host may lend users of any name, but not of a client's: both would be one `sub`.
async fn is_client(ctx: &Context, subject: &Subject) -> Result<bool, Error> {
    let Ok(twin) = subject.as_str().parse::<ClientId>() else { return Ok(false) };
    Ok(ctx.ports.clients.read(ctx.tenant_id(), &twin).await?.is_some())
}

/// LE-08: the same counters for every way in.
async fn admit(ctx: &Context, username: &Username) -> Result<Admitted, Error> {
    let name = username.canonical().unwrap_or(username.as_str());
    let tenant = ctx.tenant_id().clone();
    let attempt = Attempt { tenant, name: name.into(), source: ctx.source };
    let (throttle, tasks, now) = (ctx.ports.throttle.clone(), ctx.ports.tasks.clone(), ctx.now);
    let waits = throttle.waits();
    // Whatever becomes of the request, what was admitted is settled.
    let admit = async move {
        Ok(match throttle.admit(&attempt, now).await? {
            Admission::Wait(retry_after) => Err(retry_after),
            Admission::Admitted => Ok(Admitted { throttle, tasks, attempt: Some(attempt), now }),
        })
    };
    let admitted: Result<_, StoreError> = ctx.ports.tasks.run(waits, admit).await?;
    admitted?.map_err(|retry_after| {
        ctx.recorder().record(EventKind::Throttled(retry_after), None);
        Error::Throttled { retry_after }
    })
}

/// An attempt that is not settled yet. Whoever hangs up before the answer has failed: otherwise
/// passwords could be tried for nothing.
struct Admitted {
    throttle: Arc<dyn Throttle>,
    tasks: Tasks,
    attempt: Option<Attempt>,
    now: Timestamp,
}

impl Admitted {
    async fn settle(mut self, how: Settled) -> Result<(), Error> {
        let Some(attempt) = self.attempt.take() else { return Ok(()) };
        let (throttle, now) = (self.throttle.clone(), self.now);
        let waits = throttle.waits();
        let work = async move { throttle.settle(&attempt, how, now).await };
        Ok(self.tasks.run(waits, work).await??)
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        if let Some(attempt) = self.attempt.take() {
            // PL-08: nor is a directory that panics a failure of the user's.
            let how = if thread::panicking() { Settled::Untried } else { Settled::Wrong };
            let (throttle, now) = (self.throttle.clone(), self.now);
            self.tasks.finish(throttle.waits(), async move {
                // There is nobody left to tell.
                let _ = throttle.settle(&attempt, how, now).await;
            });
        }
    }
}
