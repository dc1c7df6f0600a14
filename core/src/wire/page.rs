//! Errors for a person: a page without script, links or anything from the request.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::json;
use crate::error::Error;

/// AZ-26, AZ-29: nothing loads, nothing frames it, and its words are ours.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

pub(super) fn render(status: StatusCode, error: &Error) -> Response<Bytes> {
    let hint = error.hint();
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Sign-in cannot go on</title>\n</head>\n<body>\n<main>\n\
         <h1>Sign-in cannot go on</h1>\n\
         <p>The application that sent you here asked for something that this server does not do: \
         {hint}.</p>\n\
         <p>Go back to the application. If it happens again, tell its makers what stands above.</p>\n\
         </main>\n</body>\n</html>\n"
    );
    let mut response = Response::new(page.into());
    *response.status_mut() = status;
    let fixed = HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value)));
    response.headers_mut().extend::<HeaderMap>(fixed.into_iter().collect());
    json::keep_private(response.headers_mut());
    response
}
