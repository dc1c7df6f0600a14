//! Pages as answers: what a browser may do with them, and which page an error is.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::json;
use crate::error::{Code, Error, InteractionFault};
use crate::ports::Pages;
use crate::types::{FormPostPage, Message, MessagePage, RedirectUri};

/// What a page may do beside showing itself.
#[derive(Clone, Copy, Debug)]
pub enum Form<'a> {
    /// Nothing.
    None,
    /// Send its form to this server, which may send the browser on to the client: browsers check the
    /// whole way (F7).
    Ours(Option<&'a RedirectUri>),
    /// Send its form to the client at once, by its one script.
    Theirs(&'a RedirectUri),
}

const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

/// A page as an answer.
///
/// # Errors
/// [`Error::Internal`] where nobody rendered it.
pub fn html(
    status: StatusCode,
    page: Option<String>,
    form: Form<'_>,
    pages: &dyn Pages,
) -> Result<Response<Bytes>, Error> {
    let mut response = Response::new(Bytes::from(page.ok_or(Error::Internal)?));
    *response.status_mut() = status;
    let fixed = HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value)));
    let headers = response.headers_mut();
    headers.extend::<HeaderMap>(fixed.into_iter().collect());
    let policy = HeaderValue::try_from(content_policy(form, pages)).map_err(|_| Error::Internal)?;
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    json::keep_private(headers);
    Ok(response)
}

/// The page that says why something cannot go on.
pub(super) fn problem(
    status: StatusCode,
    error: &Error,
    tenant: Option<&str>,
    pages: &dyn Pages,
) -> Result<Response<Bytes>, Error> {
    let hint = error.hint();
    let message = match (error, error.code()) {
        (Error::Interaction(InteractionFault::OtherBrowser), _) => Message::OtherBrowser,
        (Error::Interaction(InteractionFault::Foreign), _) => Message::Foreign,
        (Error::Interaction(_), _) => Message::Answered,
        (_, Code::UnknownTenant) | (Error::NotOffered, _) => Message::NotFound,
        (_, Code::TemporarilyUnavailable | Code::Throttled) => Message::Unavailable,
        (_, Code::ServerError) => Message::Internal,
        _ => Message::BadRequest(&hint),
    };
    message_page(status, message, tenant, pages)
}

/// A page that says something, in the name of a tenant if there is one.
///
/// # Errors
/// As [`html`].
pub fn message_page(
    status: StatusCode,
    message: Message<'_>,
    tenant: Option<&str>,
    pages: &dyn Pages,
) -> Result<Response<Bytes>, Error> {
    let page = pages.message(&MessagePage { tenant, languages: &[], message });
    html(status, page, Form::None, pages)
}

fn content_policy(form: Form<'_>, pages: &dyn Pages) -> String {
    let hash =
        |text: &str| format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, text.as_bytes())));
    let styles: Vec<_> = pages.styles().into_iter().map(hash).collect();
    let (forms, script) = match form {
        Form::None => ("'none'".to_owned(), None),
        Form::Ours(None) => ("'self'".to_owned(), None),
        Form::Ours(Some(uri)) => (format!("'self' {}", uri.origin()), None),
        Form::Theirs(uri) => (uri.origin().to_owned(), Some(hash(FormPostPage::SCRIPT))),
    };
    let script = script.map(|hash| format!("script-src {hash}; ")).unwrap_or_default();
    format!(
        "default-src 'none'; {script}style-src 'self' {}; img-src 'self'; base-uri 'none'; \
         form-action {forms}; frame-ancestors 'none'",
        styles.join(" ")
    )
}
