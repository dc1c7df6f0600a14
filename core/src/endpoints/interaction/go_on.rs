//! What comes next, done.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use super::{finish, show};
use crate::context::Context;
use crate::error::Error;
use crate::interactions::{self, Begun, Parking, Progress, Shown};
use crate::policy::Step;
use crate::types::{LoginNotice, Session, TokenKind};
use crate::wire;

/// A request that has just come, or one that was parked.
pub(in crate::endpoints) enum Going<'a> {
    /// It has just come.
    Begun(Box<Parking>),
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
    let at = match &going {
        Going::Begun(new) => {
            let device = new.device.as_ref();
            interactions::where_is(ctx, &new.request, device, &new.progress, session).await?
        }
        Going::Parked(shown) => interactions::of(ctx, &shown.interaction, session).await?,
    };
    let over = match &going {
        Going::Begun(new) => {
            let (request, client, pushed) = (&new.request, &at.client, new.pushed);
            finish::Over { request, client, interaction: None, pushed }
        }
        Going::Parked(shown) => finish::Over::parked(&shown.interaction, &at.client),
    };
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
        Going::Begun(new) => send(ctx, interactions::park(ctx, headers, *new).await?, step),
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
            let next = shown.interaction.go_on(ctx, Progress::of(session)).await?;
            wire::see_other(&show::url(ctx, &shown.handle_of(ctx, &next).await?))
        }
        (Step::Choose, Some(session)) => show::account(ctx, shown, at, &handle, session),
        (Step::Consent, Some(session)) if shown.interaction.device.is_some() => {
            show::device(ctx, shown, at, &handle, session).await
        }
        (Step::Consent, Some(session)) => show::consent(ctx, shown, at, &handle, session),
        // Nobody is asked anything else who is not signed in.
        _ => Err(Error::Internal),
    }
}
