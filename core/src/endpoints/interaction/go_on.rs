//! What comes next, done.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use super::{finish, show};
use crate::context::Context;
use crate::error::Error;
use crate::interactions::{self, Begun, Progress, Shown};
use crate::policy::Step;
use crate::types::{AuthorizationRequest, LoginNotice, Session, TicketId, TokenKind};
use crate::wire;

/// A request that has just come, or one that was parked.
pub(in crate::endpoints) enum Going<'a> {
    /// It has just come.
    Begun {
        /// What was asked.
        request: Box<AuthorizationRequest>,
        /// The row in which its client pushed it, if it did.
        pushed: Option<TicketId>,
        /// How far its user is.
        progress: Progress,
    },
    /// It was parked.
    Parked(&'a Shown),
}

/// Answers the client if nobody has to be asked, and otherwise shows the page that asks.
pub(in crate::endpoints) async fn go_on(
    ctx: &Context,
    headers: &HeaderMap,
    going: Going<'_>,
    session: Option<&Session>,
) -> Result<Response<Bytes>, Error> {
    let (request, progress) = match &going {
        Going::Begun { request, progress, .. } => (&**request, progress),
        Going::Parked(shown) => (&shown.interaction.request, &shown.interaction.progress),
    };
    let at = interactions::where_is(ctx, request, progress, session).await?;
    let (interaction, pushed) = match &going {
        Going::Begun { pushed, .. } => (None, *pushed),
        Going::Parked(shown) => (Some(&shown.interaction), shown.interaction.pushed),
    };
    let over = finish::Over { request, client: &at.client, interaction, pushed };
    let step = match (&at.next, session) {
        (Ok(Step::Grant), Some(session)) => {
            return finish::grant(ctx, over, session, false).await;
        }
        (Err(error), _) => {
            return finish::tell(ctx, over, error).await;
        }
        (Ok(step), _) => *step,
    };
    match going {
        Going::Begun { request, pushed, progress } => {
            let begun = interactions::park(ctx, headers, *request, pushed, progress).await?;
            send(ctx, begun, step)
        }
        Going::Parked(shown) => ask(ctx, shown, &at, step, session).await,
    }
}

/// Sends the browser to the page, or to where the host signs users in.
fn send(ctx: &Context, begun: Begun, step: Step) -> Result<Response<Bytes>, Error> {
    let place = match (&ctx.ports.login, step) {
        (Some(login), Step::SignIn { .. }) => show::host_url(ctx, login, &begun.handle),
        _ => show::url(ctx, &begun.handle),
    };
    let mut response = wire::see_other(&place)?;
    if let Some(browser) = &begun.browser {
        let (issuer, tenant) = (&ctx.issuer, ctx.tenant_id());
        wire::set_cookie(response.headers_mut(), TokenKind::Browser, issuer, tenant, Some(browser));
    }
    Ok(response)
}

/// Shows the page of a step.
async fn ask(
    ctx: &Context,
    shown: &Shown,
    at: &interactions::Where,
    step: Step,
    session: Option<&Session>,
) -> Result<Response<Bytes>, Error> {
    let handle = shown.handle(ctx).await?;
    let progress = &shown.interaction.progress;
    match (step, session) {
        (Step::SignIn { again }, _) => match &ctx.ports.login {
            Some(login) => wire::see_other(&show::host_url(ctx, login, &handle)),
            None => {
                let notice = again.then_some(LoginNotice::Again);
                let page = show::Login { notice, typed: None };
                show::login(ctx, shown, at, &handle, page, StatusCode::OK)
            }
        },
        (_, Some(session)) if progress.session != Some(session.id) => {
            // LG-17: somebody else is signed in than at the page before. This page is theirs.
            let anew = Progress { session: Some(session.id), ..Progress::default() };
            let next = shown.interaction.go_on(ctx, anew).await?;
            wire::see_other(&show::url(ctx, &shown.handle_of(ctx, &next).await?))
        }
        (Step::Choose, Some(session)) => show::account(ctx, shown, at, &handle, session),
        (Step::Consent, Some(session)) => show::consent(ctx, shown, at, &handle, session),
        // Nobody is asked anything else who is not signed in.
        _ => Err(Error::Internal),
    }
}
