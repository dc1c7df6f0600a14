//! Where users sign out (OpenID Connect RP-Initiated Logout 1.0).

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};

use super::demand_size;
use crate::context::Context;
use crate::error::{Error, InteractionFault, ViolationKind};
use crate::sessions::{self, Found};
use crate::tokens::{self, Hint, known_as, print, recognise};
use crate::types::{Client, Message, RedirectUri, SignOutPage, TokenKind};
use crate::wire::{self, Form, PageForm, SignOutRequest};

const REGISTERED: ViolationKind = ViolationKind::MustBe("one that the client registered");
const THE_SAME: ViolationKind = ViolationKind::MustBe("the client that id_token_hint is for");

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    let headers = request.headers();
    let form = match *request.method() {
        Method::POST => {
            wire::demand_form(headers)?;
            Form::parse(request.body(), "body")
        }
        _ => Form::parse(request.uri().query().unwrap_or_default().as_bytes(), "query"),
    };
    let asked = wire::read_sign_out(form)?;
    let found = sessions::find(ctx, headers).await?;
    if *request.method() == Method::POST && asked.confirm.is_some() {
        return confirmed(ctx, headers, &asked, found).await;
    }
    let (hint, place) = judge(ctx, &asked).await?;
    let Some(found) = found else { return goodbye(ctx, place.filter(|_| hint.is_some()), &asked) };
    match hint {
        Some((hint, client)) if is_of(ctx, &hint, &client, &found).await? => {
            sessions::end(ctx, found.session.sid).await?;
            goodbye(ctx, place, &asked)
        }
        _ => ask(ctx, &found, place.as_ref(), &asked).await,
    }
}

type Proof = (Hint, std::sync::Arc<Client>);

/// What the hint proves, and where the user may be sent afterwards: to a place that the client registered
/// (§3.1), if it is known which client asks. A hint that is none of ours takes both away (LG-18).
async fn judge(
    ctx: &Context,
    asked: &SignOutRequest,
) -> Result<(Option<Proof>, Option<RedirectUri>), Error> {
    let hint = match &asked.id_token_hint {
        Some(text) => tokens::read_hint(ctx, text).await?,
        None => None,
    };
    if asked.id_token_hint.is_some() && hint.is_none() {
        return Ok((None, None));
    }
    let named = match (&hint, &asked.client) {
        (Some(hint), Some(client)) if hint.client != *client => {
            return Err(Error::parameter("client_id", THE_SAME));
        }
        (Some(hint), _) => Some(&hint.client),
        (None, client) => client.as_ref(),
    };
    let Some(id) = named else { return Ok((None, None)) };
    let judge = |client: Option<&Client>| match client.filter(|client| !client.disabled) {
        Some(client) => place_of(client, asked).map(drop).map_err(Some),
        None => Err(None),
    };
    let (found, verdict) = ctx.ports.judge_client(ctx.tenant_id(), id, judge).await?;
    let client = found.filter(|client| !client.disabled);
    client.iter().for_each(|client| ctx.asked_by(client));
    let (Ok(()), Some(client)) = (&verdict, client) else {
        // Nobody whose word counts, or somebody who asks for a place that is none of their own.
        return verdict.err().flatten().map_or(Ok((None, None)), Err);
    };
    let place = place_of(&client, asked)?;
    Ok((hint.map(|hint| (hint, client)), place))
}

fn place_of(client: &Client, asked: &SignOutRequest) -> Result<Option<RedirectUri>, Error> {
    let Some(text) = &asked.redirect_uri else { return Ok(None) };
    let mut own = client.browser.iter().flat_map(|own| &own.post_logout_redirect_uris);
    let registered = own.find(|uri| uri.as_str() == text.as_str()).cloned();
    let wrong = || Error::parameter("post_logout_redirect_uri", REGISTERED);
    registered.ok_or_else(wrong).map(Some)
}

/// Whether a hint is of the user who is signed in here, and so proves that the client may end that (§2).
async fn is_of(ctx: &Context, hint: &Hint, client: &Client, found: &Found) -> Result<bool, Error> {
    Ok(match hint.session {
        Some(session) => session == found.session.sid,
        None => known_as(ctx, client, &found.session.subject).await? == hint.subject,
    })
}

/// Asks the user: anybody could have sent them here.
async fn ask(
    ctx: &Context,
    found: &Found,
    place: Option<&RedirectUri>,
    asked: &SignOutRequest,
) -> Result<Response<Bytes>, Error> {
    let confirm = print(ctx, TokenKind::SignOut, &found.token).await?;
    let to = place.map(|place| ("post_logout_redirect_uri", place.as_str()));
    let client = ctx.asker.get().map(|client| ("client_id", client.id.as_str()));
    let state = asked.state.as_ref().map(|state| ("state", state.as_str()));
    let fields: Vec<_> = [to, client, state].into_iter().flatten().collect();
    let pages = &*ctx.ports.pages;
    let page = pages.sign_out(&SignOutPage {
        tenant: ctx.tenant_name(),
        languages: &[],
        action: &format!("{}/logout", ctx.issuer),
        confirm: &confirm,
        fields: &fields,
        user: &found.session.name,
    });
    // Browsers check the whole way of a form (F7).
    wire::html(StatusCode::OK, page, PageForm::Ours(place), pages)
}

/// The user answered our own page: what it holds is made from the session, so no other page knows it.
async fn confirmed(
    ctx: &Context,
    headers: &HeaderMap,
    asked: &SignOutRequest,
    found: Option<Found>,
) -> Result<Response<Bytes>, Error> {
    if !wire::is_own_form(headers, &ctx.issuer) {
        return Err(InteractionFault::Foreign.into());
    }
    let (_, place) = judge(ctx, asked).await?;
    // Signed out already, in another window.
    let Some(found) = found else { return goodbye(ctx, place, asked) };
    let text = asked.confirm.as_ref().map_or("", |text| text.as_str());
    let token = recognise(ctx, TokenKind::SignOut, text).await?;
    if token.map(|token| token.ticket_id(ctx.tenant_id())) != Some(found.session.id) {
        return Err(InteractionFault::Foreign.into());
    }
    if asked.action.as_ref().is_some_and(|action| **action == "stay") {
        return told(ctx, Message::StillSignedIn);
    }
    sessions::end(ctx, found.session.sid).await?;
    goodbye(ctx, place, asked)
}

/// Back to the client, or to a page that says that it is done. The browser forgets the session.
fn goodbye(
    ctx: &Context,
    place: Option<RedirectUri>,
    asked: &SignOutRequest,
) -> Result<Response<Bytes>, Error> {
    let mut response = match place {
        Some(place) => {
            let state = asked.state.as_ref().map(|state| ("state", state.as_str()));
            let state: Vec<_> = state.into_iter().collect();
            wire::see_other(&wire::with_query(place.as_str(), &state))?
        }
        None => told(ctx, Message::SignedOut)?,
    };
    let headers = response.headers_mut();
    wire::set_cookie(headers, TokenKind::Session, &ctx.issuer, ctx.tenant_id(), None);
    Ok(response)
}

fn told(ctx: &Context, message: Message<'_>) -> Result<Response<Bytes>, Error> {
    wire::message_page(StatusCode::OK, message, Some(ctx.tenant_name()), &*ctx.ports.pages)
}
