//! A user signs in: by our page, or by the host's.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};

use super::answer::Page;
use super::{finish, show};
use crate::context::Context;
use crate::endpoints::refused;
use crate::error::Error;
use crate::interactions::{self, Progress, Shown};
use crate::sessions::{self, Former};
use crate::sign_in;
use crate::tokens::print;
use crate::types::{Login, LoginNotice, Proof, Session, Subject, TokenKind};
use crate::wire::{self, PageAnswer};

/// Name and password were sent.
pub(super) async fn sign_in(
    page: Page<'_>,
    given: &PageAnswer,
    before: Option<&Session>,
) -> Result<Response<Bytes>, Error> {
    let ctx = page.ctx;
    let typed = given.typed.as_ref().map(|typed| typed.as_str());
    let Some((username, password)) = &given.credentials else {
        return again(page, LoginNotice::Incomplete, typed, StatusCode::BAD_REQUEST).await;
    };
    let user = match sign_in::sign_in(ctx, username, password).await {
        Ok(user) => user,
        Err(error) => {
            let (notice, status) = match &error {
                Error::Credentials => (LoginNotice::Wrong, StatusCode::FORBIDDEN),
                Error::Throttled { retry_after } => {
                    (LoginNotice::Wait(*retry_after), StatusCode::TOO_MANY_REQUESTS)
                }
                Error::Busy { retry_after } => {
                    (LoginNotice::Busy(*retry_after), StatusCode::SERVICE_UNAVAILABLE)
                }
                _ => return Err(error),
            };
            refused(ctx, &error);
            let mut response = again(page, notice, typed, status).await?;
            if let Some(after) = error.retry_after() {
                let seconds = after.as_millis().div_ceil(1000).to_string();
                response.headers_mut().extend(seconds.parse().map(|n| (header::RETRY_AFTER, n)));
            }
            return Ok(response);
        }
    };
    // RFC 8176 §2
    let proof = Proof { at: user.at, methods: Box::new(["pwd".into()]), class: None };
    let who = Who { subject: user.subject, name: username.as_str(), proof };
    enter(ctx, page.shown, who, before).await
}

/// The page once more, and why.
async fn again(
    page: Page<'_>,
    notice: LoginNotice,
    typed: Option<&str>,
    status: StatusCode,
) -> Result<Response<Bytes>, Error> {
    let Page { ctx, shown, at, .. } = page;
    let login = show::Login { notice: Some(notice), typed };
    show::login(ctx, shown, at, &shown.handle(ctx).await?, login, status)
}

/// The host sent the browser back.
pub(super) async fn come_back(
    ctx: &Context,
    headers: &HeaderMap,
    shown: &Shown,
) -> Result<Response<Bytes>, Error> {
    let interaction = &shown.interaction;
    let found = sessions::find(ctx, headers).await?;
    let before = found.as_ref().map(|found| &found.session);
    let at = interactions::of(ctx, interaction, before).await?;
    let login = match &interaction.progress.login {
        Some(login) if stands(ctx, login).await? => login,
        // They did not want to, or may not any more (LG-07).
        _ => {
            let over = finish::Over::parked(interaction, &at.client);
            return finish::tell(ctx, over, &Error::AccessDenied).await;
        }
    };
    let name = login.name.as_deref().unwrap_or(login.subject.as_str());
    let who = Who { subject: login.subject.clone(), name, proof: login.proof.clone() };
    enter(ctx, shown, who, before).await
}

/// Whether whom the host signed in may still be.
async fn stands(ctx: &Context, login: &Login) -> Result<bool, Error> {
    match sign_in::counts_since(ctx, &login.subject).await {
        Ok(since) => Ok(login.proof.at >= since),
        Err(Error::Credentials) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Who proved who they are.
struct Who<'a> {
    subject: Subject,
    name: &'a str,
    proof: Proof,
}

/// A new session, whatever the browser had before (LG-11), and the next page. The step is taken first: of
/// two who send the same page one gets through. Should the session not be kept then, the user is asked
/// once more. Where the browser shows no session that counts, the one that the page was shown in may have
/// been taken over in another window: it is followed there, and whose it was not ends it.
async fn enter(
    ctx: &Context,
    shown: &Shown,
    who: Who<'_>,
    before: Option<&Session>,
) -> Result<Response<Bytes>, Error> {
    let sid = shown.interaction.progress.sid.filter(|_| before.is_none());
    let former = match sid {
        Some(sid) => Some((sid, sessions::former(ctx, sid, &who.subject).await?)),
        None => None,
    };
    let heir = match (before, &former) {
        (None, Some((_, Former::TakenOver(heir)))) => Some(heir),
        _ => before,
    };
    let (session, token) = sessions::prepare(ctx, who.subject, who.name, who.proof, heir)?;
    let progress = Progress { fresh: true, ..Progress::of(&session) };
    let next = shown.interaction.go_on(ctx, progress).await?;
    sessions::begin(ctx, &session).await?;
    match (before, former) {
        (Some(before), _) => sessions::replace(ctx, before, &session).await?,
        (None, Some((sid, Former::NotTheirs))) => sessions::end(ctx, sid).await?,
        _ => {}
    }
    let place = show::url(ctx, &shown.handle_of(ctx, &next).await?);
    let mut response = wire::see_other(&place)?;
    let text = print(ctx, TokenKind::Session, &token).await?;
    let (headers, issuer) = (response.headers_mut(), &ctx.issuer);
    wire::set_cookie(headers, TokenKind::Session, issuer, ctx.tenant_id(), Some(&text));
    Ok(response)
}
