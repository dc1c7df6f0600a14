//! The one way in for every password, whatever surface it came to.

use std::{sync::Arc, thread, time::Duration};

use crate::context::Context;
use crate::error::Error;
use crate::ports::{Admission, Attempt, EventKind, Settled, SignIn, StoreError, Tasks, Throttle};
use crate::types::{ClientId, Password, Source, Standing, Subject, TicketId, Timestamp, Username};

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
    admit_as(ctx, name, ctx.source).await
}

/// What the code of a device is tried as. No user can be called this: their names hold no control characters.
const DEVICE: &str = "\u{1}device";

/// DV-01: lets somebody try the code of a device: by the counters of sign-ins for where they are and for their
/// browser, and by one for the tenant as a whole.
///
/// # Errors
/// As [`sign_in`].
pub async fn admit_code(ctx: &Context, browser: TicketId) -> Result<[Admitted; 2], Error> {
    let room = ctx.ports.devices.try_code(ctx.tenant_id(), ctx.now);
    let admitted = match room {
        Ok(()) => admit_both(ctx, browser).await,
        Err(retry_after) => return Err(throttled(ctx, retry_after)),
    };
    if admitted.is_err() {
        ctx.ports.devices.was_no_guess(ctx.tenant_id());
    }
    admitted
}

async fn admit_both(ctx: &Context, browser: TicketId) -> Result<[Admitted; 2], Error> {
    let place = admit_as(ctx, DEVICE, ctx.source).await?;
    let number = u128::from_be_bytes(*browser.as_bytes());
    match admit_as(ctx, &format!("{DEVICE}/{number:032x}"), None).await {
        Ok(own) => Ok([place, own]),
        Err(error) => {
            place.settle(Settled::Untried).await?;
            Err(error)
        }
    }
}

async fn admit_as(ctx: &Context, name: &str, source: Option<Source>) -> Result<Admitted, Error> {
    let tenant = ctx.tenant_id().clone();
    let attempt = Attempt { tenant, name: name.into(), source };
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
    admitted?.map_err(|retry_after| throttled(ctx, retry_after))
}

fn throttled(ctx: &Context, retry_after: Duration) -> Error {
    ctx.recorder().record(EventKind::Throttled(retry_after), None);
    Error::Throttled { retry_after }
}

/// An attempt that is not settled yet. Whoever hangs up before the answer has failed: otherwise
/// passwords could be tried for nothing.
pub struct Admitted {
    throttle: Arc<dyn Throttle>,
    tasks: Tasks,
    attempt: Option<Attempt>,
    now: Timestamp,
}

impl Admitted {
    /// What came of a code: whether it was somebody's, if that is known. One that was right takes nothing back of what
    /// was wrong before (DV-01): whoever has a device of their own could guess on for ever.
    ///
    /// # Errors
    /// When the counters cannot be reached.
    pub async fn settle_code(
        ctx: &Context,
        admitted: [Self; 2],
        right: Option<bool>,
    ) -> Result<(), Error> {
        let how = if right == Some(false) { Settled::Wrong } else { Settled::Untried };
        if how == Settled::Untried {
            ctx.ports.devices.was_no_guess(ctx.tenant_id());
        }
        for one in admitted {
            one.settle(how).await?;
        }
        Ok(())
    }

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
