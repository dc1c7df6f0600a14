//! A request is over: the client gets its code, or hears why not.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;

use super::device::{self, Verdict};
use crate::context::Context;
use crate::endpoints::refused;
use crate::error::Error;
use crate::grants::{Authorization, authorize};
use crate::interactions::{Interaction, Progress, use_up};
use crate::policy;
use crate::ports::EventKind;
use crate::tokens::told_scope;
use crate::types::{
    AuthorizationRequest, Client, Code, Consent, Device, Message, Session, TicketId,
};
use crate::wire;

/// What is over.
#[derive(Clone, Copy)]
pub(super) struct Over<'a> {
    pub(super) request: &'a AuthorizationRequest,
    pub(super) client: &'a Arc<Client>,
    /// The row, if the request was parked.
    pub(super) interaction: Option<&'a Interaction>,
    /// The row of the request, if its client pushed it.
    pub(super) pushed: Option<TicketId>,
}

impl<'a> Over<'a> {
    /// A request that was parked.
    pub(super) fn parked(interaction: &'a Interaction, client: &'a Arc<Client>) -> Self {
        let (request, pushed) = (&interaction.request, interaction.pushed);
        Self { request, client, interaction: Some(interaction), pushed }
    }

    /// The device that waits, where no client waits in this browser.
    fn device(&self) -> Option<(&'a Interaction, &'a Device)> {
        let interaction = self.interaction?;
        Some((interaction, interaction.device.as_ref()?))
    }
}

/// The client gets its code, for what the user allowed just now, or before.
pub(super) async fn grant(
    ctx: &Context,
    over: Over<'_>,
    session: &Session,
    allowed_now: bool,
) -> Result<Response<Bytes>, Error> {
    if let Some((interaction, device)) = over.device() {
        return device::decide(ctx, over, interaction, device, session, Verdict::Allow).await;
    }
    let code = match over.interaction {
        None => at_once(ctx, over, session).await?,
        Some(interaction) => carry_through(ctx, over, interaction, session, allowed_now).await?,
    };
    wire::code_reply(&over.request.reply, &code, &ctx.issuer, &*ctx.ports.pages)
}

/// Nobody had to be asked. A request that was pushed is used up together with it.
async fn at_once(ctx: &Context, over: Over<'_>, session: &Session) -> Result<Code, Error> {
    let (client, request) = (over.client, over.request);
    let Some(pushed) = over.pushed else {
        return authorize(ctx, Authorization { client, request, session }).await;
    };
    let (ctx, client) = (ctx.clone(), client.clone());
    let (request, session) = (request.clone(), session.clone());
    let tasks = ctx.ports.tasks.clone();
    let work = async move {
        use_up(&ctx, pushed).await?;
        let authorization = Authorization { client: &client, request: &request, session: &session };
        authorize(&ctx, authorization).await
    };
    tasks.complete(work).await?
}

/// Of two who answer a page at once, one gets through here; and who leaves meanwhile leaves nothing half
/// done.
async fn carry_through(
    ctx: &Context,
    over: Over<'_>,
    interaction: &Interaction,
    session: &Session,
    allowed_now: bool,
) -> Result<Code, Error> {
    let (ctx, interaction) = (ctx.clone(), interaction.clone());
    let (client, session) = (over.client.clone(), session.clone());
    let tasks = ctx.ports.tasks.clone();
    let work = async move {
        let done = Progress { done: true, ..interaction.progress.clone() };
        interaction.go_on(&ctx, done).await?;
        used(&ctx, interaction.pushed).await?;
        let request = &interaction.request;
        if allowed_now {
            ctx.recorder().about_user(EventKind::Allowed, &session.subject);
            remember(&ctx, request, &client, &session).await?;
        }
        authorize(&ctx, Authorization { client: &client, request, session: &session }).await
    };
    tasks.complete(work).await?
}

/// Remembers what the user allowed, if nobody can pretend to be the client (LG-14).
async fn remember(
    ctx: &Context,
    request: &AuthorizationRequest,
    client: &Client,
    session: &Session,
) -> Result<(), Error> {
    if !policy::is_proven(client, &request.reply.redirect_uri) {
        return Ok(());
    }
    let (visits, tenant) = (&ctx.ports.visits, ctx.tenant_id());
    let before = visits.consent(tenant, &session.subject, &client.id).await?;
    let before = before.filter(|before| before.given_at >= client.not_before);
    let (told, audience) = (
        told_scope(request, client),
        policy::named_audience(&ctx.tenant.policy, client, request.resource.as_ref()),
    );
    let scope = match before {
        // At another API it was allowed something else: one row cannot say both, so the last word counts.
        Some(before) if before.audience == audience => before.scope.or(&told),
        _ => told,
    };
    let (subject, client, given_at) = (session.subject.clone(), client.id.clone(), ctx.now);
    visits.allow(tenant, Consent { subject, client, scope, audience, given_at }).await?;
    Ok(())
}

/// The client hears why it gets none.
pub(super) async fn tell(
    ctx: &Context,
    over: Over<'_>,
    error: &Error,
) -> Result<Response<Bytes>, Error> {
    if over.interaction.is_some() || over.pushed.is_some() {
        end(ctx, over).await?;
    }
    refused(ctx, error);
    if over.device().is_some() {
        return device::told(ctx, Message::DeviceDenied);
    }
    wire::error_reply(&over.request.reply, error, &ctx.issuer, &*ctx.ports.pages)
}

/// Nobody answers it any more, nor begins anew by what was pushed.
async fn end(ctx: &Context, over: Over<'_>) -> Result<(), Error> {
    let (ctx, interaction, pushed) = (ctx.clone(), over.interaction.cloned(), over.pushed);
    let tasks = ctx.ports.tasks.clone();
    let work = async move {
        if let Some(interaction) = interaction {
            let done = Progress { done: true, ..interaction.progress.clone() };
            interaction.go_on(&ctx, done).await?;
        }
        used(&ctx, pushed).await
    };
    tasks.complete(work).await?
}

async fn used(ctx: &Context, pushed: Option<TicketId>) -> Result<(), Error> {
    match pushed {
        Some(pushed) => use_up(ctx, pushed).await,
        None => Ok(()),
    }
}

/// The client hears that the user refused. That is told if nobody answered the page otherwise, and also if
/// the browser has left meanwhile.
pub(super) async fn deny(
    ctx: &Context,
    over: Over<'_>,
    interaction: &Interaction,
    by: Option<&Session>,
) -> Result<Response<Bytes>, Error> {
    if let (Some((interaction, device)), Some(session)) = (over.device(), by) {
        return device::decide(ctx, over, interaction, device, session, Verdict::Deny).await;
    }
    let (own, interaction) = (ctx.clone(), interaction.clone());
    let by = by.map(|session| session.subject.clone());
    let work = async move {
        let done = Progress { done: true, ..interaction.progress.clone() };
        interaction.go_on(&own, done).await?;
        used(&own, interaction.pushed).await?;
        if let Some(subject) = by {
            own.recorder().about_user(EventKind::Denied, &subject);
        }
        Ok::<_, Error>(())
    };
    ctx.ports.tasks.complete(work).await??;
    refused(ctx, &Error::AccessDenied);
    if over.device().is_some() {
        return device::told(ctx, Message::DeviceDenied);
    }
    wire::error_reply(&over.request.reply, &Error::AccessDenied, &ctx.issuer, &*ctx.ports.pages)
}
