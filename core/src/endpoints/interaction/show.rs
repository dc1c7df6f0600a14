//! The pages themselves, with what they show.

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::context::Context;
use crate::error::Error;
use crate::interactions::{Shown, Where};
use crate::policy;
use crate::tokens::told_scope;
use crate::types::{
    AccountPage, Audiences, ClientFacts, ConsentPage, LoginNotice, LoginPage, PageContext,
    ScopeText, Session,
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
    let texts = &ctx.tenant.policy.browser.scope_texts;
    let text = |token| ScopeText { token, text: texts.get(token).map(|text| &**text) };
    let told = told_scope(&shown.interaction.request, &at.client);
    let scopes: Vec<_> = told.tokens().map(text).collect();
    let named = shown.interaction.request.resource.as_ref();
    let resources: Vec<_> = named.into_iter().flat_map(Audiences::iter).collect();
    with_context(ctx, shown, at, handle, |context| {
        let (user, scopes, resources) = (&*session.name, &scopes[..], &resources[..]);
        let page = ConsentPage { context, user, scopes, resources };
        answer(ctx, shown, StatusCode::OK, ctx.ports.pages.consent(&page))
    })
}

fn with_context<T>(
    ctx: &Context,
    shown: &Shown,
    at: &Where,
    handle: &str,
    show: impl FnOnce(PageContext<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (browser, client) = (at.browser()?, &at.client);
    let redirect_uri = &shown.interaction.request.reply.redirect_uri;
    let locales = &shown.interaction.request.ui_locales;
    let languages: Vec<&str> = locales.iter().map(|locale| &**locale).collect();
    show(PageContext {
        tenant: ctx.tenant_name(),
        languages: &languages,
        action: &format!("{}/interaction", ctx.issuer),
        handle,
        client: ClientFacts {
            name: browser.name.as_deref().unwrap_or(client.id.as_str()),
            host: redirect_uri.host(),
            is_proven: policy::is_proven(client, redirect_uri),
            is_local: redirect_uri.is_loopback(),
        },
    })
}

fn answer(
    ctx: &Context,
    shown: &Shown,
    status: StatusCode,
    page: Option<String>,
) -> Result<Response<Bytes>, Error> {
    let form = PageForm::Ours(Some(&shown.interaction.request.reply.redirect_uri));
    wire::html(status, page, form, &*ctx.ports.pages)
}
