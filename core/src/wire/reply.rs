//! Answers that a browser carries to a client (RFC 6749 §4.1.2).

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{json, page, rfc};
use crate::error::Error;
use crate::ports::Pages;
use crate::types::{Code, FormPostPage, Issuer, ReplyTo, ResponseMode};

/// Everything but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Brings a client its code.
///
/// # Errors
/// [`Error::Internal`] where it cannot be rendered.
pub fn code_reply(
    to: &ReplyTo,
    code: &Code,
    issuer: &Issuer,
    pages: &dyn Pages,
) -> Result<Response<Bytes>, Error> {
    reply(to, &[("code", code.expose())], issuer, pages)
}

/// Tells a client why it gets none (RFC 6749 §4.1.2.1).
///
/// # Errors
/// As [`code_reply`].
pub fn error_reply(
    to: &ReplyTo,
    error: &Error,
    issuer: &Issuer,
    pages: &dyn Pages,
) -> Result<Response<Bytes>, Error> {
    let hint = error.hint();
    let fields = [("error", rfc::word(error.code())), ("error_description", &hint)];
    reply(to, &fields, issuer, pages)
}

/// AZ-20, RFC 9207 §2: the issuer stands in every answer.
fn reply(
    to: &ReplyTo,
    fields: &[(&str, &str)],
    issuer: &Issuer,
    pages: &dyn Pages,
) -> Result<Response<Bytes>, Error> {
    let state = to.state.as_ref().map(|state| ("state", &**state));
    let fields: Vec<_> =
        fields.iter().copied().chain(state).chain([("iss", issuer.as_str())]).collect();
    match to.mode {
        ResponseMode::Query => see_other(&with_query(to.redirect_uri.as_str(), &fields)),
        ResponseMode::FormPost => {
            let redirect_uri = to.redirect_uri.as_str();
            let page =
                pages.form_post(&FormPostPage { languages: &[], redirect_uri, fields: &fields });
            page::html(StatusCode::OK, page, page::Form::Theirs(&to.redirect_uri), pages)
        }
    }
}

/// Sends a browser on, by GET whatever it came with (AZ-28, RFC 9700 §4.12).
///
/// # Errors
/// [`Error::Internal`] for what is no URL.
pub fn see_other(location: &str) -> Result<Response<Bytes>, Error> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::try_from(location).map_err(|_| Error::Internal)?;
    response.headers_mut().insert(header::LOCATION, location);
    json::keep_private(response.headers_mut());
    Ok(response)
}

/// A URL with parameters behind those that it has.
pub fn with_query(url: &str, fields: &[(&str, &str)]) -> String {
    let encode = |text| utf8_percent_encode(text, RESERVED);
    let mut text = url.to_owned();
    for (name, value) in fields {
        let join = match text.find('?') {
            None => "?",
            Some(_) if text.ends_with(['?', '&']) => "",
            Some(_) => "&",
        };
        text += &format!("{join}{}={}", encode(name), encode(value));
    }
    text
}
