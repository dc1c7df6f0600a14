//! Where a user is: what comes next, for whoever is signed in.

use std::sync::Arc;

use super::{Interaction, Progress};
use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::policy::{self, Step, Visit};
use crate::tokens::{known_as, told_scope};
use crate::types::{AuthorizationRequest, Client, Device, GrantType, Policy, Session};

/// Where a user is.
#[derive(Debug)]
pub struct Where {
    /// The client that waits.
    pub client: Arc<Client>,
    /// What comes next, or what the client is told instead.
    pub next: Result<Step, Error>,
}

impl Where {
    /// What the client is called on pages, if it has a name.
    pub fn name(&self) -> Option<&str> {
        self.client.browser.as_ref()?.name.as_deref()
    }
}

/// Finds out where the user of a request that was parked is.
///
/// # Errors
/// As [`where_is`].
pub async fn of(
    ctx: &Context,
    waits: &Interaction,
    session: Option<&Session>,
) -> Result<Where, Error> {
    let Interaction { request, device, progress, .. } = waits;
    where_is(ctx, request, device.as_ref(), progress, session).await
}

/// Finds out where a user is. Everything is asked for anew: tenant, client and session may have changed
/// while a page was open.
///
/// # Errors
/// When a store does not answer, or the client is no more what it was.
pub async fn where_is(
    ctx: &Context,
    request: &AuthorizationRequest,
    device: Option<&Device>,
    progress: &Progress,
    session: Option<&Session>,
) -> Result<Where, Error> {
    let rules = &ctx.tenant.policy;
    let judge = |client: Option<&Client>| match client
        .is_some_and(|client| still(rules, request, device, client))
    {
        true => Ok(()),
        false => Err(InteractionFault::Gone),
    };
    let (found, verdict) = ctx.ports.judge_client(ctx.tenant_id(), &request.client, judge).await?;
    let client = found.filter(|client| !client.disabled).ok_or(InteractionFault::Gone)?;
    ctx.asked_by(&client);
    verdict?;
    let offered = policy::offers(&ctx.tenant.policy, grant_of(device));
    if !offered || ctx.tenant.disabled {
        return Err(InteractionFault::Gone.into());
    }
    let session = session.filter(|_| !progress.switching);
    let named = match session {
        Some(session) => Some((session, known_as(ctx, &client, &session.subject).await?)),
        None => None,
    };
    // What was done in this request was done by the user of that session.
    let mine = session.is_some_and(|session| progress.session == Some(session.id));
    let must_consent = match session {
        // DV-06: nobody who did not click has a device get anything, whatever they allowed before.
        Some(session) if device.is_none() => !has_consent(ctx, request, &client, session).await?,
        _ => true,
    };
    let visit = Visit {
        session: named.as_ref().map(|(session, known_as)| (*session, known_as)),
        fresh: mine && progress.fresh,
        chosen: mine && progress.chosen,
        must_consent,
        now: ctx.now,
    };
    let next = policy::next_step(request, visit);
    Ok(Where { client, next })
}

/// Whether a client may still ask for what it asked.
fn still(
    rules: &Policy,
    request: &AuthorizationRequest,
    device: Option<&Device>,
    client: &Client,
) -> bool {
    let reply = &request.reply.redirect_uri;
    let known = |own| policy::redirect_uri_of(client, own, Some(reply.clone())).is_some();
    !client.disabled
        // A device is not sent anywhere.
        && (device.is_some() || client.browser.as_deref().is_some_and(known))
        && policy::may_use(client, grant_of(device)).is_ok()
        && request.scope.within(&client.scope)
        && policy::granted_audience(rules, client, request.resource.as_ref()).is_ok()
}

/// What the client gets in the end.
fn grant_of(device: Option<&Device>) -> GrantType {
    match device {
        Some(_) => GrantType::DeviceCode,
        None => GrantType::AuthorizationCode,
    }
}

/// Whether nobody has to be asked: the client is the tenant's own, or the user allowed it before.
async fn has_consent(
    ctx: &Context,
    request: &AuthorizationRequest,
    client: &Client,
    session: &Session,
) -> Result<bool, Error> {
    let browser = client.browser.as_deref().ok_or(InteractionFault::Gone)?;
    if browser.first_party {
        return Ok(true);
    }
    // LG-14: anybody may call themselves by the name of a client that proves nothing.
    if !policy::is_proven(client, &request.reply.redirect_uri) {
        return Ok(false);
    }
    let kept = ctx.ports.visits.consent(ctx.tenant_id(), &session.subject, &client.id).await?;
    // What was allowed to another client of this id, or before this one was stopped, is no more.
    let Some(kept) = kept.filter(|kept| kept.given_at >= client.not_before) else {
        return Ok(false);
    };
    let rules = &ctx.tenant.policy;
    let asked = policy::granted_audience(rules, client, request.resource.as_ref())?;
    let allowed = policy::granted_audience(rules, client, kept.audience.as_ref());
    // What was allowed at one API is not allowed at another.
    let there = allowed.is_ok_and(|allowed| asked.within(&allowed));
    Ok(there && told_scope(request, client).within(&kept.scope))
}
