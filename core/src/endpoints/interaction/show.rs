//! The pages themselves, with what they show.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::grants::shown_code;
use crate::interactions::{Shown, Where};
use crate::policy;
use crate::tokens::told_scope;
use crate::types::{
    AccountPage, Audiences, ClientFacts, ConsentPage, DeviceConsentPage, LoginNotice, LoginPage,
    PageContext, RedirectUri, ScopeText, Session,
};
use crate::wire::{self, PageForm};

/// The URL of the page of a step.
pub(super) fn url(ctx: &Context, handle: &str) -> String {
    format!("{}/interaction?handle={handle}", ctx.issuer)
}

/// The URL at which the host signs users in. What it is given names the tenant as well.
pub(super) fn host_url(ctx: &Context, login: &str, handle: &str) -> String {
    wire::with_query(login, &[("interaction", &format!("{}.{handle}", ctx.tenant_id()))])
}

/// What a login page says beside.
pub(super) struct Login<'a> {
    pub(super) notice: Option<LoginNotice>,
    pub(super) typed: Option<&'a str>,
}

pub(super) fn login(
    ctx: &Context,
    shown: &Shown,
    at: &Where,
    handle: &str,
    page: Login<'_>,
    status: StatusCode,
) -> Result<Response<Bytes>, Error> {
    let hint = shown.interaction.request.login_hint.as_deref();
    let username = page.typed.or(hint).unwrap_or_default();
    with_context(ctx, shown, at, handle, |context| {
        let page = LoginPage { context, username, notice: page.notice };
        answer(ctx, shown, status, ctx.ports.pages.login(&page))
    })
}

pub(super) fn account(
    ctx: &Context,
    shown: &Shown,
    at: &Where,
    handle: &str,
    session: &Session,
) -> Result<Response<Bytes>, Error> {
    with_context(ctx, shown, at, handle, |context| {
        let page = AccountPage { context, user: &session.name };
        answer(ctx, shown, StatusCode::OK, ctx.ports.pages.account(&page))
    })
}

pub(super) fn consent(
    ctx: &Context,
    shown: &Shown,
    at: &Where,
    handle: &str,
    session: &Session,
) -> Result<Response<Bytes>, Error> {
    asked(ctx, shown, at, |scopes, resources| {
        with_context(ctx, shown, at, handle, |context| {
            let page = ConsentPage { context, user: &session.name, scopes, resources };
            answer(ctx, shown, StatusCode::OK, ctx.ports.pages.consent(&page))
        })
    })
}

/// Before a device gets anything, its user says so on a page that shows what of it they can compare
/// (RFC 8628 §3.3, §5.4).
pub(super) async fn device(
    ctx: &Context,
    shown: &Shown,
    at: &Where,
    handle: &str,
    session: &Session,
) -> Result<Response<Bytes>, Error> {
    let device = shown.interaction.device.as_ref().ok_or(Error::Internal)?;
    // The key that made it is gone, and every code with it.
    let code = shown_code(ctx, device).await?.ok_or(InteractionFault::Gone)?;
    let text = code.expose();
    asked(ctx, shown, at, |scopes, resources| {
        with_context(ctx, shown, at, handle, |context| {
            let (user, code, source) = (&*session.name, &**text, device.source.as_deref());
            let page = DeviceConsentPage { context, user, code, source, scopes, resources };
            answer(ctx, shown, StatusCode::OK, ctx.ports.pages.device_consent(&page))
        })
    })
}

/// What is asked for, in the tenant's words.
fn asked<T>(
    ctx: &Context,
    shown: &Shown,
    at: &Where,
    show: impl FnOnce(&[ScopeText<'_>], &[&str]) -> T,
) -> T {
    let texts = &ctx.tenant.policy.browser.scope_texts;
    let text = |token| ScopeText { token, text: texts.get(token).map(|text| &**text) };
    let told = told_scope(&shown.interaction.request, &at.client);
    let scopes: Vec<_> = told.tokens().map(text).collect();
    let named = shown.interaction.request.resource.as_ref();
    let resources: Vec<_> = named.into_iter().flat_map(Audiences::iter).collect();
    show(&scopes, &resources)
}

fn with_context<T>(
    ctx: &Context,
    shown: &Shown,
    at: &Where,
    handle: &str,
    show: impl FnOnce(PageContext<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (name, client) = (at.name(), &at.client);
    // Who says so stands beside what is said.
    let whose = name.filter(|_| client.is_documented());
    let whose = whose.map(|name| format!("{name} ({})", client.id.document_host()));
    // A device is not sent anywhere, so there is no place that would say who it is.
    let place = Some(&shown.interaction.request.reply.redirect_uri);
    let place = place.filter(|_| shown.interaction.device.is_none());
    let locales = &shown.interaction.request.ui_locales;
    let languages: Vec<&str> = locales.iter().map(|locale| &**locale).collect();
    show(PageContext {
        tenant: ctx.tenant_name(),
        languages: &languages,
        action: &format!("{}/interaction", ctx.issuer),
        handle,
        client: ClientFacts {
            name: whose.as_deref().or(name).unwrap_or(client.id.as_str()),
            host: place.map_or("", RedirectUri::host),
            is_proven: match place {
                Some(place) => policy::is_proven(client, place),
                None => policy::is_known(client),
            },
            is_local: place.is_some_and(RedirectUri::is_loopback),
        },
    })
}

fn answer(
    ctx: &Context,
    shown: &Shown,
    status: StatusCode,
    page: Option<String>,
) -> Result<Response<Bytes>, Error> {
    let interaction = &shown.interaction;
    let place = Some(&interaction.request.reply.redirect_uri);
    let form = PageForm::Ours(place.filter(|_| interaction.device.is_none()));
    wire::html(status, page, form, &*ctx.ports.pages)
}
