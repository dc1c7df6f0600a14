//! What the user answered.

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use super::{finish, login, show};
use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::interactions::{self, Progress, Shown, Where};
use crate::policy::Step;
use crate::sessions;
use crate::types::{LoginNotice, Session};
use crate::wire::{self, PageAnswer};

pub(super) async fn answer(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    let headers = request.headers();
    // LG-12, LG-13: our own page, in the browser that began, at the step that it is at.
    if !wire::is_own_form(headers, &ctx.issuer) {
        return Err(InteractionFault::Foreign.into());
    }
    wire::demand_form(headers)?;
    let given = wire::read_page_answer(request.body());
    let handle = given.handle.as_ref().map(|handle| handle.as_str());
    let shown = interactions::find(ctx, headers, handle).await?;
    if !shown.is_current || shown.interaction.progress.login.is_some() {
        return Err(InteractionFault::Gone.into());
    }
    let found = sessions::find(ctx, headers).await?;
    let session = found.as_ref().map(|found| &found.session);
    let interaction = &shown.interaction;
    let at = interactions::of(ctx, interaction, session).await?;
    let page = Page { ctx, shown: &shown, at: &at };
    act(page, &given, session).await
}

/// A page that was answered.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) ctx: &'a Context,
    pub(super) shown: &'a Shown,
    pub(super) at: &'a Where,
}

async fn act(
    page: Page<'_>,
    given: &PageAnswer,
    session: Option<&Session>,
) -> Result<Response<Bytes>, Error> {
    let Page { ctx, shown, at, .. } = page;
    let action = given.action.as_ref().map_or("", |action| action.as_str());
    let step = at.next.as_ref().ok().copied();
    // LG-17: what was answered was shown to the user of this session.
    let same = session.filter(|session| shown.interaction.progress.session == Some(session.id));
    match (step, action, same) {
        (_, "cancel", _) => refuse(page, None).await,
        // LG-17: whoever signs in is who goes on, also if somebody else did so in another window since.
        (_, "sign-in", _) | (Some(Step::SignIn { .. }), "", _) if ctx.ports.login.is_none() => {
            login::sign_in(page, given, session).await
        }
        // Who allowed it in another window meanwhile is asked no more, and still answers this page.
        (Some(Step::Consent | Step::Grant), "deny", _) => refuse(page, session).await,
        (Some(Step::Consent | Step::Grant), "allow", Some(session)) => {
            let over = finish::Over::parked(&shown.interaction, &at.client);
            finish::grant(ctx, over, session, true).await
        }
        (Some(Step::Choose), "continue", Some(_)) => {
            let progress = shown.interaction.progress.clone();
            forward(page, Progress { chosen: true, ..progress }).await
        }
        (Some(Step::Choose), "other", _) => {
            let progress = shown.interaction.progress.clone();
            forward(page, Progress { switching: true, ..progress }).await
        }
        // The session ended while the page was open.
        (Some(Step::SignIn { .. }), _, _) if ctx.ports.login.is_none() => {
            let notice = Some(LoginNotice::Expired);
            let handle = shown.handle(ctx).await?;
            let login = show::Login { notice, typed: None };
            show::login(ctx, shown, at, &handle, login, StatusCode::OK)
        }
        // Somebody else is signed in by now, or the user is further: the page says where they are.
        _ => wire::see_other(&show::url(ctx, &shown.handle(ctx).await?)),
    }
}

async fn refuse(page: Page<'_>, by: Option<&Session>) -> Result<Response<Bytes>, Error> {
    let interaction = &page.shown.interaction;
    let over = finish::Over::parked(interaction, &page.at.client);
    finish::deny(page.ctx, over, interaction, by).await
}

/// The user is a step further, and sees the next page.
async fn forward(page: Page<'_>, progress: Progress) -> Result<Response<Bytes>, Error> {
    let Page { ctx, shown, .. } = page;
    let next = shown.interaction.go_on(ctx, progress).await?;
    wire::see_other(&show::url(ctx, &shown.handle_of(ctx, &next).await?))
}
