//! `…/device`: where people type the code that a device shows (RFC 8628 §3.3).
//!
//! A code that comes along in the URL fills in the form and nothing else: whoever only looks at the page, as a
//! scanner of links does, has asked nothing (DV-06).

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};

use super::interaction::{Going, go_on};
use super::{demand_size, refused};
use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::grants::find_device;
use crate::interactions::{self, Parking, Progress};
use crate::policy;
use crate::sessions;
use crate::sign_in::{Admitted, admit_code};
use crate::types::{
    AuthorizationRequest, DeviceNotice, DevicePage, DeviceRequest, GrantType, RedirectUri, ReplyTo,
    ResponseMode, TicketId, TokenKind, UserCode,
};
use crate::wire::{self, PageForm};

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    if !policy::offers(&ctx.tenant.policy, GrantType::DeviceCode) {
        return Err(Error::NotOffered);
    }
    demand_size(request)?;
    if ctx.tenant.disabled {
        return Err(Error::TenantDisabled);
    }
    match *request.method() {
        Method::POST => typed(ctx, request).await,
        _ => show(ctx, request).await,
    }
}

/// The page, for a browser that is known again when it comes back.
async fn show(ctx: &Context, request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    let query = request.uri().query().unwrap_or_default();
    let code = wire::read_typed_code(query.as_bytes(), "query");
    let code = code.as_ref().map_or("", |code| code.as_str());
    let mut response = page(ctx, code, None, StatusCode::OK)?;
    if interactions::browser(ctx, request.headers()).await?.is_none() {
        let (_, text) = interactions::new_browser(ctx).await?;
        let (headers, issuer) = (response.headers_mut(), &ctx.issuer);
        wire::set_cookie(headers, TokenKind::Browser, issuer, ctx.tenant_id(), Some(&text));
    }
    Ok(response)
}

/// A code was sent.
async fn typed(ctx: &Context, request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    let headers = request.headers();
    // LG-12: our own page, in a browser that was shown it.
    if !wire::is_own_form(headers, &ctx.issuer) {
        return Err(InteractionFault::Foreign.into());
    }
    wire::demand_form(headers)?;
    let browser = interactions::browser(ctx, headers).await?;
    let browser = browser.ok_or(InteractionFault::OtherBrowser)?;
    let text = wire::read_typed_code(request.body(), "body");
    let text = text.as_ref().map_or("", |text| text.as_str());
    // What can be nobody's code guesses at nothing.
    let Ok(code) = text.parse::<UserCode>() else {
        return page(ctx, text, Some(DeviceNotice::Wrong), StatusCode::BAD_REQUEST);
    };
    match find(ctx, &code, browser).await {
        Ok(Some(asked)) => begin(ctx, request, asked).await,
        Ok(None) => page(ctx, text, Some(DeviceNotice::Wrong), StatusCode::BAD_REQUEST),
        Err(error @ Error::Throttled { retry_after }) => {
            refused(ctx, &error);
            let (notice, status) = (DeviceNotice::Wait(retry_after), StatusCode::TOO_MANY_REQUESTS);
            let mut response = page(ctx, text, Some(notice), status)?;
            let seconds = retry_after.as_millis().div_ceil(1000).to_string();
            response.headers_mut().extend(seconds.parse().map(|n| (header::RETRY_AFTER, n)));
            Ok(response)
        }
        Err(error) => Err(error),
    }
}

/// DV-01: who looks for codes of others finds few.
async fn find(
    ctx: &Context,
    code: &UserCode,
    browser: TicketId,
) -> Result<Option<DeviceRequest>, Error> {
    let admitted = admit_code(ctx, browser).await?;
    let found = find_device(ctx, code).await;
    Admitted::settle_code(ctx, admitted, found.as_ref().map(Option::is_some).ok()).await?;
    found
}

/// From here on it is a request like any other, whose client waits elsewhere.
async fn begin(
    ctx: &Context,
    request: &Request<Bytes>,
    asked: DeviceRequest,
) -> Result<Response<Bytes>, Error> {
    let headers = request.headers();
    let found = sessions::find(ctx, headers).await?;
    let session = found.as_ref().map(|found| &found.session);
    if let Some(session) = session {
        sessions::touch(ctx, session).await?;
    }
    let place = format!("{}/device", ctx.issuer);
    let reply = ReplyTo {
        redirect_uri: place.parse().map_err(|_| Error::Internal)?,
        mode: ResponseMode::Query,
        state: None,
    };
    let new = Box::new(Parking {
        request: AuthorizationRequest::of_a_device(
            asked.client,
            reply,
            asked.scope,
            asked.resource,
        ),
        pushed: None,
        device: Some(asked.device),
        progress: session.map(Progress::of).unwrap_or_default(),
    });
    go_on(ctx, headers, Going::Begun(new), session).await
}

fn page(
    ctx: &Context,
    code: &str,
    notice: Option<DeviceNotice>,
    status: StatusCode,
) -> Result<Response<Bytes>, Error> {
    let page = ctx.ports.pages.device(&DevicePage {
        tenant: ctx.tenant_name(),
        languages: &[],
        action: &format!("{}/device", ctx.issuer),
        code,
        notice,
    });
    // Browsers check the whole way of a form: to where the host signs users in as well (F7).
    let login: Option<RedirectUri> = ctx.ports.login.as_ref().and_then(|place| place.parse().ok());
    wire::html(status, page, PageForm::Ours(login.as_ref()), &*ctx.ports.pages)
}
